"""What measures need to know of an aggregate: its state as folded from its facts, nothing personal.

``kind`` tells the states apart where they are stored. Whoever needs more than is here adds a field
and a rule in ``folding``, and rebuilds.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import msgspec


class Message(msgspec.Struct, frozen=True):
    """One message of a conversation; ``posted_at`` is the platform's time."""

    id: str
    external_id: str
    in_reply_to: str | None
    is_inbound: bool
    posted_at: datetime


class Reply(msgspec.Struct, frozen=True):
    """An outgoing message and the message it answers."""

    message: Message
    parent: Message


class ConversationState(
    msgspec.Struct, frozen=True, kw_only=True, dict=True, tag_field="kind", tag="conversation"
):
    """A conversation. One that was merged into another has no messages any more."""

    channel_id: str = ""
    unit_id: str = ""
    is_merged: bool = False
    messages: tuple[Message, ...] = ()

    @cached_property
    def inbound(self) -> tuple[Message, ...]:
        """What the public said."""
        return tuple(one for one in self.messages if one.is_inbound)

    @cached_property
    def replies(self) -> tuple[Reply, ...]:
        """Outgoing messages whose parent is present."""
        by_external = {one.external_id: one for one in self.messages}
        return tuple(
            Reply(one, by_external[one.in_reply_to])
            for one in self.messages
            if not one.is_inbound and one.in_reply_to in by_external
        )

    @cached_property
    def first_replies(self) -> dict[str, Message]:
        """Id of every inbound message that was answered -> the earliest direct answer."""
        found: dict[str, Message] = {}
        for reply in self.replies:
            ident = reply.parent.id
            known = found.get(ident)
            is_earlier = known is None or reply.message.posted_at < known.posted_at
            if reply.parent.is_inbound and is_earlier:
                found[ident] = reply.message
        return found


class Approval(msgspec.Struct, frozen=True):
    """A review round that ended in approval, ``waited_seconds`` after it was opened."""

    at: datetime
    waited_seconds: int
    channel_id: str
    unit_id: str


class OpenStage(msgspec.Struct, frozen=True):
    """A stage of review that waits for votes."""

    round_id: str
    stage: int
    due_at: datetime | None


class StageWait(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of review that waits no longer; ``is_overdue``: it took longer than its time."""

    closed_at: datetime
    name: str
    topic: str
    waited_seconds: int
    is_overdue: bool
    channel_id: str
    unit_id: str


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """An approval that lapsed before it was used."""

    at: datetime
    channel_id: str
    unit_id: str


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the trust ledger, which is an aggregate of its own on the topic of content."""

    at: datetime
    is_incident: bool
    is_publication: bool
    was_reviewed: bool
    channel_id: str
    unit_id: str


class ContentState(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="content"):
    """A content item, or an entry of the trust ledger."""

    approvals: tuple[Approval, ...] = ()
    open_stages: tuple[OpenStage, ...] = ()
    waits: tuple[StageWait, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    ledger: Ledger | None = None


class DeliveryState(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="delivery"):
    """A delivery; ``confirmed_at`` is None until the platform has it."""

    channel_id: str = ""
    unit_id: str = ""
    is_post: bool = False
    confirmed_at: datetime | None = None


State = ConversationState | ContentState | DeliveryState
