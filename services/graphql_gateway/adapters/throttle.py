"""Failures of sign-in, counted in memory per process: a brake, not a wall."""

from __future__ import annotations

from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from contracts.refusals import Refusal, RefusalCode

FAILURES_PER_MINUTE: Final = 10


class FailureThrottle:
    """Ten failures a minute for an address, or from one; then wait for the window to move."""

    def __init__(self, per_minute: int = FAILURES_PER_MINUTE) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, who: str) -> None:
        """Raises Refusal RateLimited with ``retry_after`` in seconds."""
        if not self._limiter.test(self._limit, who):
            raise Refusal(
                RefusalCode.RATE_LIMITED,
                "Too many failed attempts. Wait a minute.",
                data={"retry_after": 60},
            )

    def failed(self, who: str) -> None:
        """Count one failure."""
        self._limiter.hit(self._limit, who)
