"""One batch until every fact of it is applied, parked, dropped or set aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TypeVar

import structlog

from chassis import metric_defs
from chassis.consumer.limit import LetterLimit, TooManyDeadLetters
from chassis.consumer.line import (
    Letter,
    Plan,
    Reason,
    Standing,
    lines_of,
    plan_alone,
    plan_in_line,
    plan_letter,
)
from chassis.consumer.ports import ConsumerParts, Ledger
from chassis.consumer.reading import Line, Read
from chassis.consumer.settings import ConsumerSettings, Subscription
from chassis.errors import Conflict, Refusal, Unavailable, Unreadable
from chassis.metrics import MetricDef
from chassis.outbox.store_errors import store_reached
from chassis.ports import BatchHandler, BatchWork, Delivered

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Settling:
    """The class of an error decides (STYLE 13); a batch is halved until a bad fact stands alone."""

    def __init__(
        self,
        subscription: Subscription,
        handler: BatchHandler,
        parts: ConsumerParts,
        *,
        settings: ConsumerSettings,
    ) -> None:
        self._subscription = subscription
        self._handler = handler
        self._factory = parts.factory
        self._ledger = parts.ledger
        self._clock = parts.clock
        self._metrics = parts.metrics
        self._settings = settings
        self._limit: LetterLimit | None = None
        self._conflict_since: float | None = None
        self.gaps: set[Line] = set()
        self.touched_gap = False

    def start(self) -> None:
        """Reads whether the group stopped itself a moment ago; does nothing the second time."""
        if self._limit is not None:
            return
        at = self._in_ledger(lambda books: books.stopped_at())
        patience = timedelta(seconds=self._settings.limit.probation)
        on_probation = at is not None and self._clock.now() - at < patience
        self._limit = LetterLimit(self._settings.limit, on_probation=on_probation)
        self._tell_stopped(is_stopped=on_probation)

    def settle(self, reads: Sequence[Read]) -> None:
        """Returns when all of it is stored. Unavailable and Conflict: call again with the same.

        Anything that was stored before is dropped then, because it is applied already.
        """
        self.touched_gap = False
        try:
            self._settle(reads)
        except Conflict:
            if self._conflict_since is None:
                self._conflict_since = self._clock.monotonic()
            raise
        except TooManyDeadLetters:
            self._stop()
            raise
        self._conflict_since = None

    def _settle(self, reads: Sequence[Read]) -> None:
        try:
            with self._timed():
                plan = self._run(reads)
        except (Unavailable, TooManyDeadLetters):
            raise
        except Exception as error:  # every class of error has its fate in _divide
            if isinstance(error, Conflict) and self._is_patient():
                raise
            failure = error
        else:
            self._note(plan, len(reads))
            return
        # Outside of the handler, so that the errors of the halves are not chained to one another.
        self._divide(reads, failure)

    def _is_patient(self) -> bool:
        since = self._conflict_since
        patience = self._settings.conflict_patience
        return since is None or self._clock.monotonic() - since < patience

    def _divide(self, reads: Sequence[Read], error: Exception) -> None:
        if len(reads) == 1:
            self._alone(reads[0], error)
            return
        self._count(metric_defs.CONSUMER_BATCH_RETRIES, reason="halved")
        middle = len(reads) // 2
        self._settle(reads[:middle])
        self._settle(reads[middle:])

    def _alone(self, item: Read, error: Exception) -> None:
        letter = Letter(item, _reason(error), f"{type(error).__name__}: {error}")
        if letter.reason is Reason.CRASHED:
            now = self._clock.now()
            tries = self._in_ledger(lambda books: books.suspect(letter, now))
            if tries < self._settings.poison_tries:
                raise error
        plan = self._in_ledger(lambda books: self._put_aside(books, letter))
        self._note(plan, 1)

    def _put_aside(self, books: Ledger, letter: Letter) -> Plan:
        item, known = letter.read, Standing()
        uses_applied = self._subscription.uses_applied
        if uses_applied and item.envelope:
            known = books.standings([item.line]).get(item.line, Standing())
        plan = plan_letter(item, known, letter, uses_applied=uses_applied)
        self._require(plan, 1)
        books.write(plan, self._clock.now())
        return plan

    def _run(self, reads: Sequence[Read]) -> Plan:
        with store_reached("store a batch"):
            return self._factory.run_batch(lambda work: self._apply(reads, work))

    def _apply(self, reads: Sequence[Read], work: BatchWork) -> Plan:
        books = self._ledger(work)
        plan = self._planned(reads, books)
        self._require(plan, len(reads))
        if plan.deliver:
            self._handler(_delivered(plan.deliver), work)
        books.write(plan, work.now)
        return plan

    def _planned(self, reads: Sequence[Read], books: Ledger) -> Plan:
        if not self._subscription.uses_applied:
            return plan_alone(reads)
        return plan_in_line(reads, books.standings(lines_of(reads)))

    def _require(self, plan: Plan, seen: int) -> None:
        if self._limit is not None:
            self._limit.require(len(plan.letters), seen)

    def _note(self, plan: Plan, seen: int) -> None:
        if self._limit is not None:
            was_on_probation = self._limit.on_probation
            self._limit.note(len(plan.letters), seen)
            if was_on_probation and not self._limit.on_probation:
                self._in_ledger(lambda books: books.stop(None))
                self._tell_stopped(is_stopped=False)
        self.touched_gap |= any(line in self.gaps for line in plan.standings)
        self.gaps.update(item.line for item in plan.park)
        self._measure(plan)

    def _measure(self, plan: Plan) -> None:
        group = self._subscription.group
        self._count(metric_defs.CONSUMER_APPLIED, len(plan.deliver))
        self._count(metric_defs.CONSUMER_DROPPED, plan.dropped)
        for letter in plan.letters:
            self._count(metric_defs.DEAD_LETTERS, reason=letter.reason.value)
            _log.error("fact set aside", group=group, reason=letter.reason, error=letter.error)
        now = self._clock.now()
        for item in plan.deliver:
            if item.envelope:
                age = max(0.0, (now - item.envelope.time).total_seconds())
                self._metrics.observe(metric_defs.CONSUMER_FACT_AGE, age, group=group)

    def _stop(self) -> None:
        """On probation it stopped before: the time of that stands, so that probation ends."""
        if self._limit is not None and not self._limit.on_probation:
            now = self._clock.now()
            self._in_ledger(lambda books: books.stop(now))
        self._tell_stopped(is_stopped=True)

    def _tell_stopped(self, *, is_stopped: bool) -> None:
        group = self._subscription.group
        self._metrics.set(metric_defs.CONSUMER_STOPPED, float(is_stopped), group=group)

    def _in_ledger(self, fn: Callable[[Ledger], T]) -> T:
        with store_reached("keep the books"):
            return self._factory.run_batch(lambda work: fn(self._ledger(work)))

    def _count(self, item: MetricDef, by: float = 1, **labels: str) -> None:
        if by:
            self._metrics.count(item, by, group=self._subscription.group, **labels)

    def _timed(self) -> AbstractContextManager[None]:
        group = self._subscription.group
        return self._metrics.timed(metric_defs.CONSUMER_BATCH_SECONDS, group=group)


def _reason(error: Exception) -> Reason:
    match error:
        case Refusal():
            return Reason.REFUSED
        case Unreadable():
            return Reason.UNREADABLE
        case _:
            return Reason.CRASHED


def _delivered(reads: Sequence[Read]) -> list[Delivered]:
    return [
        Delivered(envelope=item.envelope, fact=item.fact)
        for item in reads
        if item.envelope is not None and item.fact is not None
    ]
