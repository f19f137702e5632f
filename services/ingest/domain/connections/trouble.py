"""What goes wrong between us and a platform, and how long to leave it alone."""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.ingest import Health

FIRST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 900.0
REVOKED_WAIT: Final = 300.0
"""A refused token is asked again now and then: some servers refuse all of them for a while."""


class Trouble(Exception):  # noqa: N818 - a state of the connection that its steward sees
    """The platform answered, and the answer is a state of the connection, not a bug.

    ``sentence`` is for the steward; ``retry_after`` in seconds if the platform said so.
    """

    def __init__(self, health: Health, sentence: str, *, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.health = health
        self.sentence = sentence
        self.retry_after = retry_after


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """How often it failed in a row, and the seconds to wait before the next try."""

    failures: int
    seconds: float


def pause_after(trouble: Trouble, failures: int, *, interval: float, jitter: float) -> Pause:
    """Double from 2 s up to 15 min, never sooner than the platform allows.

    ``jitter`` in 0..1 comes from outside and spreads the wait over 75 to 125 %, so that pollers
    that failed together do not come back together.
    """
    count = failures + 1
    wait = min(max(FIRST_WAIT, interval) * 2.0 ** min(count - 1, 16), LONGEST_WAIT)
    if trouble.health is Health.REVOKED:
        wait = max(wait, REVOKED_WAIT)
    wait *= 0.75 + jitter / 2
    return Pause(failures=count, seconds=max(wait, trouble.retry_after or 0.0))
