"""The error tree. The class of an error decides its fate, everywhere (STYLE 13).

Refusal      say no: the caller gets code, data and a sentence; nothing changed
Conflict     run again: somebody else was faster, the same work will succeed
Unreadable   set aside: these bytes will never be understood; keep them with the reason
Unavailable  wait: something we need is out of reach; nothing is lost by trying later
BadSettings  stop at start, naming every key and its cure
UnscopedQuery  a bug: a query without a tenant; crash
anything else  a bug: crash and restart
"""

from __future__ import annotations

from contracts.refusals import Refusal, RefusalCode, not_found

__all__ = [
    "BadSettings",
    "Conflict",
    "Refusal",
    "RefusalCode",
    "RostrumError",
    "Unavailable",
    "Unreadable",
    "UnscopedQuery",
    "not_found",
]


class RostrumError(Exception):
    """Base of what the runtime raises on purpose (Refusal stands in contracts)."""


class Conflict(RostrumError):  # noqa: N818
    """A compare-and-set lost; run the whole unit of work again from its reads."""


class Unreadable(RostrumError):  # noqa: N818
    """A payload that no retry will make readable."""


class Unavailable(RostrumError):  # noqa: N818
    """A dependency is out of reach. ``retry_after`` in seconds if it said so."""

    def __init__(self, sentence: str, *, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class BadSettings(RostrumError):  # noqa: N818
    """Settings that stop a process at start; ``problems`` names every key and the cure."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class UnscopedQuery(RostrumError):  # noqa: N818
    """A query, update or pipeline that does not name its organization (S1). Always a bug."""
