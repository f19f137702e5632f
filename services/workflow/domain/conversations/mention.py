"""A mention: one message as it arrived, with the newest of its revisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chassis.ports import Entity
from contracts.ingest import Attachment, Author, Direction, MentionArrived, MentionKind
from contracts.workflow.conversations import AttachedMention

UNPLACED = ""
"""The conversation of a message whose deletion arrived before the message itself."""

Rank = tuple[bool, datetime, datetime, str]


class Mention(Entity, frozen=True, kw_only=True):
    """Unique on (org, channel, external_id); ``id`` is derived from them.

    Time, author's direction, kind and parent are the first arrival's; text, links and media those of
    the newest revision by the platform's edit time. ``awaits`` is the id of a parent that was not
    known when the message came. ``arrived_at`` and ``stored_at`` are of the first revision.
    """

    conversation_id: str
    channel_id: str
    external_id: str
    direction: Direction
    kind: MentionKind
    author: Author
    text: str
    url: str
    language: str
    visibility: str
    in_reply_to: str | None
    awaits: str | None
    attachments: tuple[Attachment, ...]
    is_deleted: bool
    posted_at: datetime
    arrived_at: datetime
    stored_at: datetime
    revision: str
    revised_at: datetime
    revision_arrived_at: datetime
    source: str

    @property
    def is_placed(self) -> bool:
        """Whether it stands in a conversation."""
        return self.conversation_id != UNPLACED


class Message(msgspec.Struct, frozen=True):
    """A message that is new to its thread: its newest content, and whether it was deleted since."""

    arrival: MentionArrived
    is_deleted: bool

    @property
    def is_placeless(self) -> bool:
        """Whether nothing but its deletion is known: that opens no thread."""
        return self.arrival.is_deleted


def newest(arrivals: Sequence[MentionArrived]) -> MentionArrived:
    """The revision with the last word; a deletion only if nothing else is known."""
    return arrivals[0] if len(arrivals) == 1 else max(arrivals, key=rank_of)


def message_of(arrivals: list[MentionArrived], *, was_deleted: bool = False) -> Message:
    """Fold the revisions of one message, in any order."""
    last = newest(arrivals)
    gone = was_deleted or any(a.is_deleted for a in arrivals)
    return Message(last, gone)


def rank_of(arrival: MentionArrived) -> Rank:
    """Orders revisions: by the platform's edit time, then by ours; a deletion has no content."""
    edited = arrival.edited_at or arrival.posted_at
    return not arrival.is_deleted, edited, arrival.arrived_at, arrival.revision


def mention_of(
    message: Message, org_id: str, *, home: tuple[str, str | None], now: datetime
) -> Mention:
    """The mention of a new message; ``home`` is its conversation and the parent it awaits."""
    said = message.arrival
    conversation_id, awaits = home
    return Mention(
        id=said.mention_id,
        org_id=org_id,
        conversation_id=conversation_id,
        channel_id=said.channel_id,
        external_id=said.external_id,
        direction=said.direction,
        kind=said.kind,
        author=said.author,
        text=said.text,
        url=said.url,
        language=said.language,
        visibility=said.visibility,
        in_reply_to=said.in_reply_to,
        awaits=awaits,
        attachments=said.attachments,
        is_deleted=message.is_deleted,
        posted_at=said.posted_at,
        arrived_at=said.arrived_at,
        stored_at=now,
        revision=said.revision,
        revised_at=said.edited_at or said.posted_at,
        revision_arrived_at=said.arrived_at,
        source=said.source,
    )


def revised(mention: Mention, arrivals: list[MentionArrived]) -> Mention:
    """The mention after more revisions of it; the same object if they say nothing new."""
    after = mention
    if not mention.is_deleted and any(a.is_deleted for a in arrivals):
        after = msgspec.structs.replace(after, is_deleted=True)
    last = newest(arrivals)
    stored = (True, mention.revised_at, mention.revision_arrived_at, mention.revision)
    if last.is_deleted or rank_of(last) <= stored:
        return after
    return msgspec.structs.replace(
        after,
        author=last.author,
        text=last.text,
        url=last.url,
        language=last.language,
        visibility=last.visibility,
        attachments=last.attachments,
        revision=last.revision,
        revised_at=last.edited_at or last.posted_at,
        revision_arrived_at=last.arrived_at,
    )


def attached_of(message: Mention | MentionArrived) -> AttachedMention:
    """What measures need to know of a message."""
    ident = message.id if isinstance(message, Mention) else message.mention_id
    return AttachedMention(
        mention_id=ident,
        external_id=message.external_id,
        in_reply_to=message.in_reply_to,
        direction=message.direction,
        kind=message.kind,
        posted_at=message.posted_at,
    )
