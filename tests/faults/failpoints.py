"""Kill points between every pair of a consumer's steps, put around its ports from outside."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from chassis.broker.kafka import KafkaBroker
from chassis.broker.ports import Consumer, Record
from chassis.consumer.line import Plan
from chassis.consumer.ports import Ledger, LedgerOf
from chassis.ports import BatchHandler, BatchWork, Delivered

POINTS: Final = ("polled", "read", "handled", "written", "stored", "committed")
"""After the records came; after the standings were read; after the handler; after the books were
written, before the transaction's commit; after that; after the offsets."""


class FailPoint:
    """SIGKILL for this process when it passes ``point`` for the ``number``-th time."""

    def __init__(self, point: str = "", number: int = 1) -> None:
        self._point = point
        self._number = number
        self._passed: Counter[str] = Counter()

    def __call__(self, point: str) -> None:
        self._passed[point] += 1
        if point == self._point and self._passed[point] == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


class FailingBroker(KafkaBroker):
    """Hands out consumers with kill points."""

    def __init__(self, inner: KafkaBroker, fail: FailPoint) -> None:
        super().__init__(inner._settings)
        self._fail = fail

    def consumer(self, group: str, topic: str) -> Consumer:
        return FailingConsumer(super().consumer(group, topic), self._fail)


class FailingConsumer:
    """Around a member of a group."""

    def __init__(self, inner: Consumer, fail: FailPoint) -> None:
        self._inner = inner
        self._fail = fail
        self.pause, self.resume = inner.pause, inner.resume
        self.assigned, self.lag, self.close = inner.assigned, inner.lag, inner.close

    def poll(self, max_records: int, timeout: float) -> list[Record]:
        found = self._inner.poll(max_records, timeout)
        if found:
            self._fail("polled")
        return found

    def commit(self, positions: Mapping[int, int]) -> None:
        self._fail("stored")
        self._inner.commit(positions)
        self._fail("committed")


def failing_handler(inner: BatchHandler, fail: FailPoint) -> BatchHandler:
    def handle(batch: Sequence[Delivered], work: BatchWork) -> None:
        inner(batch, work)
        fail("handled")

    return handle


def failing_ledger(inner: LedgerOf, fail: FailPoint) -> Callable[[BatchWork], Any]:
    return lambda work: FailingLedger(inner(work), fail)


class FailingLedger:
    """Around the books, where a batch reads and writes them."""

    def __init__(self, inner: Ledger, fail: FailPoint) -> None:
        self._inner = inner
        self._fail = fail

    def standings(self, lines: Any) -> Any:
        found = self._inner.standings(lines)
        if lines:
            self._fail("read")
        return found

    def write(self, plan: Plan, now: Any) -> None:
        self._inner.write(plan, now)
        self._fail("written")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
