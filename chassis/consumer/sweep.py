"""Looks after parked facts: those whose turn has come, and gaps that stay open too long."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from chassis import metric_defs
from chassis.consumer.line import Standing
from chassis.consumer.ports import ConsumerParts, Gap, Ledger, Parked
from chassis.consumer.reading import Line, Read, read
from chassis.consumer.settings import ConsumerSettings, Subscription
from chassis.consumer.settling import Settling
from chassis.errors import Refusal, Unavailable
from chassis.outbox.store_errors import store_reached
from contracts.flow import ResendFacts

_log = structlog.get_logger(__name__)

Found = tuple[list[Gap], dict[Line, Standing], list[Parked]]


class Sweep:
    """Run by the consumer's thread between batches."""

    def __init__(
        self,
        subscription: Subscription,
        settling: Settling,
        parts: ConsumerParts,
        *,
        settings: ConsumerSettings,
    ) -> None:
        self._subscription = subscription
        self._settling = settling
        self._parts = parts
        self._settings = settings
        self._next = float("-inf")
        self._asked: dict[Line, float] = {}

    def hurry_if(self, has_touched_gap: bool) -> None:  # noqa: FBT001 - reads as a sentence
        """A batch moved a line that has parked facts: look now."""
        if has_touched_gap:
            self._next = float("-inf")

    def run_if_due(self) -> None:
        """Settles what is next in its line; asks for what is missing for too long."""
        now = self._parts.clock.monotonic()
        if now < self._next:
            return
        self._next = now + self._settings.sweep
        gaps, standings, ready = self._look()
        self._settling.gaps = {gap.line for gap in gaps}
        if ready:
            self._settling.settle([self._read(item) for item in ready])
            self._next = float("-inf")
        self._ask_for_missing([gap for gap in gaps if not _is_ready(gap, standings)], standings)
        self._measure()

    def _look(self) -> Found:
        with store_reached("look at parked facts"):
            return self._parts.factory.run_batch(lambda work: self._found(self._parts.ledger(work)))

    def _found(self, books: Ledger) -> Found:
        gaps = books.gaps(self._settings.batch)
        if not gaps:
            return [], {}, []
        standings: dict[Line, Standing] = {}
        if self._subscription.uses_applied:
            standings = books.standings([gap.line for gap in gaps])
        else:
            standings = {gap.line: Standing(gap.first - 1) for gap in gaps}
        ready = [gap.line for gap in gaps if _is_ready(gap, standings)]
        return gaps, standings, books.parked(ready, self._settings.batch)

    def _read(self, item: Parked) -> Read:
        largest = self._settings.largest_body
        return read(item.record, self._subscription, largest=largest, parked_id=item.id)

    def _ask_for_missing(self, gaps: Sequence[Gap], standings: dict[Line, Standing]) -> None:
        now = self._parts.clock.now()
        for gap in gaps:
            if (now - gap.since).total_seconds() >= self._settings.gap:
                self._ask(gap.line, standings.get(gap.line, Standing()).sequence + 1)
        self._asked = {line: at for line, at in self._asked.items() if line in self._settling.gaps}

    def _ask(self, line: Line, from_sequence: int) -> None:
        now = self._parts.clock.monotonic()
        if now - self._asked.get(line, float("-inf")) < self._settings.gap:
            return
        self._asked[line] = now
        group = self._subscription.group
        _log.error("fact missing", group=group, aggregate=line[1], sequence=from_sequence)
        self._parts.metrics.count(metric_defs.RESEND_REQUESTS, group=group)
        order = ResendFacts(
            topic=self._subscription.topic,
            org_id=line[0],
            aggregate_id=line[1],
            from_sequence=from_sequence,
        )
        try:
            self._parts.tell(order)
        except (Unavailable, Refusal) as error:
            _log.warning("resend not ordered", group=group, reason=str(error))

    def _measure(self) -> None:
        with store_reached("count what waits"):
            depths = self._parts.factory.run_batch(lambda work: self._parts.ledger(work).depths())
        group = self._subscription.group
        self._parts.metrics.set(metric_defs.PARKED_FACTS, depths.parked, group=group)
        self._parts.metrics.set(metric_defs.DEAD_LETTER_DEPTH, depths.letters, group=group)
        self._parts.metrics.set(metric_defs.DAMAGED_AGGREGATES, depths.damaged, group=group)


def _is_ready(gap: Gap, standings: dict[Line, Standing]) -> bool:
    return gap.first <= standings.get(gap.line, Standing()).sequence + 1
