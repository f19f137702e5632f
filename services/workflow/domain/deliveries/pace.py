"""How fast a channel takes a backlog: one late post at a time, never a burst (DOMAIN 6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.refusals import Refusal, RefusalCode

PER_MINUTE: Final = 30
MOST_PER_MINUTE: Final = 6000
ON_TIME: Final = timedelta(seconds=30)
"""What is due for longer is a backlog: the rate holds for it, not for what goes out on time."""


class ChannelPace(Entity, frozen=True, kw_only=True):
    """One for each channel, named like it; ``next_free_at`` is the first turn nobody has.

    It is also the gate of the channel: every attempt and every stop write it, so that of an attempt
    and a stop at the same time one runs again and sees the other.
    """

    per_minute: int = PER_MINUTE
    next_free_at: datetime | None = None


def with_rate(pace: ChannelPace, per_minute: int) -> ChannelPace:
    """Refuses rates that are no rates."""
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT,
            f"A rate is between 1 and {MOST_PER_MINUTE} posts a minute.",
            field=("perMinute",),
        )
    return msgspec.structs.replace(pace, per_minute=per_minute)


def with_turn(pace: ChannelPace, now: datetime) -> tuple[ChannelPace, datetime]:
    """The pace after one more late post, and when that post may go out."""
    turn = max(pace.next_free_at or now, now)
    after = turn + timedelta(seconds=60 / pace.per_minute)
    return msgspec.structs.replace(pace, next_free_at=after), turn


def is_backlog(due_at: datetime, now: datetime) -> bool:
    """Whether it is late enough to wait for a turn."""
    return now - due_at > ON_TIME
