"""The first-response clock, derived from the thread and the state each time one of them changes.

It starts with the earliest message of the public and is stopped by the earliest answer at or after
it, whoever sent that. Deriving instead of advancing is what makes it independent of the order of
arrival, and what lets a merge or a late message set it right.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from contracts.workflow.conversations import ClockState, ConversationState
from services.workflow.domain.conversations.conversation import (
    Clock,
    ClockKind,
    Conversation,
    Reply,
)

FIRST_RESPONSE: Final = timedelta(hours=24)
"""The promise until organizations publish their own."""

NEEDS_NO_CLOCK: Final = frozenset(
    {
        ConversationState.SPAM,
        ConversationState.NO_REPLY_NEEDED,
        ConversationState.RESOLVED,
        ConversationState.MODERATED,
    }
)


def clock_of(thread: Conversation) -> Clock | None:
    """The clock that follows from the thread; None if the public said nothing, or it was merged."""
    started = start_of(thread.first_incoming_at, thread.since)
    if started is None or thread.state is ConversationState.MERGED:
        return None
    stopper = stopper_of(thread.replies, started)
    if stopper is None:
        idle = thread.state in NEEDS_NO_CLOCK
        return _clock(started, ClockState.CANCELLED if idle else ClockState.RUNNING)
    return _clock(started, ClockState.STOPPED, stopper)


def start_of(first_incoming_at: datetime | None, since: datetime | None) -> datetime | None:
    """When the clock starts: the public's first message of the present episode."""
    if first_incoming_at is None or since is None:
        return first_incoming_at
    return max(first_incoming_at, since)


def stopper_of(replies: Iterable[Reply], started: datetime) -> Reply | None:
    """The answer that stops a clock which started then."""
    return min((r for r in replies if r.at >= started), key=_place, default=None)


def kept_replies(replies: Iterable[Reply], started: datetime | None) -> tuple[Reply, ...]:
    """The answers that may still stop the clock: those before its start and the first after it.

    An earlier message of the public can only move the start back, so later answers never count.
    One message of ours known twice keeps the credit of the one that names its delivery.
    """
    unique = {r.external_id: r for r in sorted(replies, key=_certainty)}
    if started is None:
        return tuple(sorted(unique.values(), key=_place))
    early = [r for r in unique.values() if r.at < started]
    stopper = stopper_of(unique.values(), started)
    return tuple(sorted([*early, stopper] if stopper else early, key=_place))


def _place(reply: Reply) -> tuple[datetime, str]:
    return reply.at, reply.external_id


def _certainty(reply: Reply) -> tuple[bool, datetime]:
    return reply.delivery_id is not None, reply.at


def _clock(started: datetime, state: ClockState, stopper: Reply | None = None) -> Clock:
    return Clock(
        kind=ClockKind.FIRST,
        state=state,
        started_at=started,
        due_at=started + FIRST_RESPONSE,
        stopped_at=stopper.at if stopper else None,
        credited_to=stopper.credited_to if stopper else None,
    )
