"""What a consumer keeps in its own database, inside the transaction of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from chassis.broker.ports import Broker, Record
from chassis.consumer.line import Letter, Plan, Standing
from chassis.consumer.reading import Line
from chassis.metrics import Metrics
from chassis.ports import BatchWork, Clock
from contracts.commands import Command

T = TypeVar("T")

Tell = Callable[[Command], None]
"""Gives an order to the speaker of the topic; raises Unavailable or Refusal."""


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A record that waits in our own database."""

    id: str
    record: Record


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A line with parked facts: the first of them, and since when the oldest waits."""

    line: Line
    first: int
    since: datetime


class Depths(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for a person or for a missing fact."""

    parked: int = 0
    letters: int = 0
    damaged: int = 0


class Ledger(Protocol):
    """The books of one group; every call joins the running transaction."""

    def standings(self, lines: Sequence[Line]) -> dict[Line, Standing]:
        """Of those that are known."""
        ...

    def write(self, plan: Plan, now: datetime) -> None:
        """Everything the plan says except the delivery. Conflict if another member was faster."""
        ...

    def gaps(self, limit: int) -> list[Gap]:
        """Lines with parked facts that no damage holds back."""
        ...

    def parked(self, lines: Sequence[Line], limit: int) -> list[Parked]:
        """Parked facts of these, in order per line."""
        ...

    def suspect(self, letter: Letter, now: datetime) -> int:
        """Note that this fact, alone, crashed the process; returns how often it did."""
        ...

    def marks(self, topic: str, seen: Mapping[int, datetime]) -> dict[int, datetime]:
        """Note, per partition, up to when everything is applied; returns all partitions'."""
        ...

    def stopped_at(self) -> datetime | None:
        """When too many letters stopped the group, if nobody said since that it may go on."""
        ...

    def stop(self, now: datetime | None) -> None:
        """Note that too many letters stopped the group (None: it may go on)."""
        ...

    def depths(self) -> Depths:
        """For metrics."""
        ...


LedgerOf = Callable[[BatchWork], Ledger]
"""The books of a group inside a running transaction."""


class BatchFactory(Protocol):
    """The part of ``chassis.stores.Factory`` that consumers use."""

    def run_batch(self, fn: Callable[[BatchWork], T]) -> T: ...


@dataclass(frozen=True, kw_only=True)
class ConsumerParts:
    """What a consumer works with."""

    broker: Broker
    factory: BatchFactory
    ledger: LedgerOf
    tell: Tell
    clock: Clock
    metrics: Metrics
