"""What the relay wants from whoever holds facts that are not on the broker yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class OutgoingFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as it leaves: the row of the outbox without the relay's own fields."""

    id: str
    org_id: str
    topic: str
    key: bytes
    aggregate_id: str
    sequence: int
    type: str
    time: datetime
    body: bytes
    created_at: datetime
    traceparent: str | None = None


class RelaySource(Protocol):
    """Facts on their way: the outbox, or a collection that is its own outbox (rule 7)."""

    @property
    def name(self) -> str:
        """Names the relay's loop and lease, e.g. ``workflow.outbox``."""
        ...

    @property
    def topics(self) -> frozenset[str]:
        """Every topic it feeds; no other source feeds them."""
        ...

    def unsent(self, limit: int) -> list[OutgoingFact]:
        """The oldest unsent ones, in order per aggregate and never ahead of an unsent one.

        May be a few more than ``limit``.
        """
        ...

    def mark(self, facts: Sequence[OutgoingFact], sent_at: datetime, fence: int) -> int:
        """Note that the broker has them, unless a newer fence touched them; returns how many."""
        ...

    def reopen(self, topic: str, since: datetime | None, fence: int) -> int:
        """Take back the marks of facts created at ``since`` or later (None: all)."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when something unsent may be there, after ``seconds`` at the latest."""
        ...

    def close(self) -> None: ...


class Lease(Protocol):
    """A hold on a name until it expires; every new holder has a higher fence."""

    @property
    def fence(self) -> int: ...


class Leases(Protocol):
    """The part of ``chassis.leases.LeaseStore`` that the relay uses."""

    def acquire(self, name: str, owner: str, seconds: float) -> Lease | None:
        """A new hold, or a longer one for the present owner; None while somebody else has it."""
        ...

    def release(self, name: str, owner: str) -> None: ...
