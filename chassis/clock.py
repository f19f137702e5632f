"""Where time comes from: aware UTC, cut to milliseconds, because that is what MongoDB keeps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


def to_milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC without what is finer than a millisecond; naive times are a bug."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} names no time zone")
    aware = moment.astimezone(UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Aware UTC, cut to milliseconds."""
        return to_milliseconds(datetime.now(UTC))

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()


class FixedClock:
    """Stands still until told; the twin for tests and for replays."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = to_milliseconds(start)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds it was advanced in all."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass; it never goes back."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self._now = to_milliseconds(self._now + timedelta(seconds=seconds))
        self._elapsed += seconds
