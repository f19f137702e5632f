"""Ports of what the runtime keeps beside the entities: answers given, timers due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec

from chassis.ports import Actor, BatchWork, Clock, Work

T = TypeVar("T")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One use of an idempotency key (rule 4). ``answer`` is JSON; ``refusal`` excludes it."""

    id: str
    org_id: str
    account_id: str
    key: str
    alias: str
    command: str
    body_hash: str
    at: datetime
    status: int = 0
    answer: bytes | None = None
    refusal: dict[str, Any] | None = None


class Ledger(Protocol):
    """Answers given, by idempotency key; ``open`` and ``close`` join the running transaction."""

    def open(self, record: Record) -> bool:
        """Insert it; False if it was known. Busy while another transaction holds it."""
        ...

    def close(self, record: Record) -> None:
        """Keep the answer with it."""
        ...

    def find(self, org_id: str, ident: str) -> Record | None:
        """What is committed."""
        ...


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A row that came due."""

    id: str
    org_id: str
    kind: str
    subject_id: str
    due_at: datetime


class TimerStore(Protocol):
    """Timers of all organizations; ``take`` joins the running transaction."""

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """The oldest that are due, of every slot alike."""
        ...

    def take(self, timer: Timer) -> bool:
        """Forget it; False if it was moved, stopped or handled meanwhile."""
        ...


class Factory(Protocol):
    """Runs units of work: over MongoDB, or in memory."""

    @property
    def service(self) -> str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def timers(self) -> TimerStore: ...

    def run(self, actor: Actor, org_id: str, fn: Callable[[Work], T]) -> T:
        """One transaction in one organization; ``fn`` may run many times."""
        ...

    def run_batch(self, fn: Callable[[BatchWork], T]) -> T:
        """One transaction over many organizations, acting as the service."""
        ...
