"""What a set of messages amounts to, in a form that joins in any order to the same result.

Every field is a minimum, a maximum, a sum or a set: joining is associative and commutative, and that
is why the state of a conversation does not depend on the order of arrival (DOMAIN 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from contracts.ingest import Direction
from contracts.workflow.organizations import RoutingAction
from services.workflow.domain.conversations.clocks import kept_replies, start_of
from services.workflow.domain.conversations.conversation import (
    OUTSIDE_ROSTRUM,
    Basis,
    Conversation,
    PreviewMark,
    Reply,
)
from services.workflow.domain.conversations.mention import Message
from services.workflow.domain.conversations.routing import Decision

PREVIEW_LENGTH: Final = 140

URGENCY: Final = {
    RoutingAction.ROUTE: 0,
    RoutingAction.NO_REPLY_NEEDED: 1,
    RoutingAction.SPAM: 2,
}
"""A thread asks for something if any of its messages does; it is spam only if all of them are."""


class Said(msgspec.Struct, frozen=True):
    """A new message with what the rules decided (None for our own), and whether we delivered it."""

    message: Message
    decision: Decision | None
    is_delivery: bool = False


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a conversation that follows from its messages alone; same names as there."""

    mention_count: int
    opened_at: datetime
    last_message_at: datetime
    preview: str
    preview_mark: PreviewMark
    basis: Basis | None = None
    first_incoming_at: datetime | None = None
    last_asked_at: datetime | None = None
    last_outgoing_at: datetime | None = None
    replies: tuple[Reply, ...] = ()

    @property
    def awaits_answer(self) -> bool:
        """Whether the last word belongs to somebody who asks for something."""
        if self.last_asked_at is None:
            return False
        return self.last_outgoing_at is None or self.last_asked_at > self.last_outgoing_at


def summary_of(thread: Conversation) -> Summary:
    """What the messages of a stored conversation amount to."""
    return Summary(
        mention_count=thread.mention_count,
        opened_at=thread.opened_at,
        last_message_at=thread.last_message_at,
        preview=thread.preview,
        preview_mark=thread.preview_mark,
        basis=thread.basis,
        first_incoming_at=thread.first_incoming_at,
        last_asked_at=thread.last_asked_at,
        last_outgoing_at=thread.last_outgoing_at,
        replies=thread.replies,
    )


def summarized(said: Sequence[Said]) -> Summary:
    """What these messages, at least one, amount to."""
    times = [one.message.arrival.posted_at for one in said]
    public = [one for one in said if one.decision is not None]
    ours = [one.message.arrival.posted_at for one in said if one.decision is None]
    bases = [basis for one in public if (basis := _basis(one))]
    asked = [basis.at for basis in bases if basis.action is RoutingAction.ROUTE]
    quoted = max(said, key=_quote_order).message
    return Summary(
        mention_count=len(said),
        opened_at=min(times),
        last_message_at=max(times),
        preview=preview_of(quoted.arrival.text),
        preview_mark=_mark(quoted),
        basis=min(bases, key=_basis_order, default=None),
        first_incoming_at=min((basis.at for basis in bases), default=None),
        last_asked_at=max(asked, default=None),
        last_outgoing_at=max(ours, default=None),
        replies=tuple(_reply(one) for one in said if one.decision is None and not one.is_delivery),
    )


def joined(summaries: Iterable[Summary], since: datetime | None = None) -> Summary:
    """All of them as one; the answers are cut to those that may still stop the clock."""
    every = list(summaries)
    quoted = max(every, key=lambda s: _mark_order(s.preview_mark))
    bases = [s.basis for s in every if s.basis]
    first = _least(s.first_incoming_at for s in every)
    return Summary(
        mention_count=sum(s.mention_count for s in every),
        opened_at=min(s.opened_at for s in every),
        last_message_at=max(s.last_message_at for s in every),
        preview=quoted.preview,
        preview_mark=quoted.preview_mark,
        basis=min(bases, key=_basis_order, default=None),
        first_incoming_at=first,
        last_asked_at=_most(s.last_asked_at for s in every),
        last_outgoing_at=_most(s.last_outgoing_at for s in every),
        replies=kept_replies((r for s in every for r in s.replies), start_of(first, since)),
    )


def preview_of(text: str) -> str:
    """The beginning of a message on one line."""
    line = " ".join(text[: 4 * PREVIEW_LENGTH].split())
    return line if len(line) <= PREVIEW_LENGTH else line[: PREVIEW_LENGTH - 1] + "…"


def _basis(said: Said) -> Basis | None:
    decision, arrival = said.decision, said.message.arrival
    if decision is None:
        return None
    return Basis(
        at=arrival.posted_at,
        external_id=arrival.external_id,
        action=decision.action,
        unit_id=decision.unit_id,
        routed_by=decision.routed_by,
    )


def _basis_order(basis: Basis) -> tuple[int, datetime, str]:
    return URGENCY[basis.action], basis.at, basis.external_id


def _reply(said: Said) -> Reply:
    arrival = said.message.arrival
    return Reply(at=arrival.posted_at, external_id=arrival.external_id, credited_to=OUTSIDE_ROSTRUM)


def _mark(message: Message) -> PreviewMark:
    arrival = message.arrival
    return PreviewMark(
        is_incoming=arrival.direction is Direction.INCOMING,
        at=arrival.posted_at,
        external_id=arrival.external_id,
    )


def _quote_order(said: Said) -> tuple[bool, datetime, str]:
    arrival = said.message.arrival
    return arrival.direction is Direction.INCOMING, arrival.posted_at, arrival.external_id


def _mark_order(mark: PreviewMark) -> tuple[bool, datetime, str]:
    return mark.is_incoming, mark.at, mark.external_id


def _least(values: Iterable[datetime | None]) -> datetime | None:
    return min((value for value in values if value is not None), default=None)


def _most(values: Iterable[datetime | None]) -> datetime | None:
    return max((value for value in values if value is not None), default=None)
