"""How far a group is, told to the speaker, so that the outbox knows what it may forget (rule 5).

Every message says the creation time of the oldest fact its relay had not sent yet. So whoever has
applied a message of a partition has applied everything of that partition that is older; the group
has applied what is older than the lowest of these times over all partitions. Partitions without
facts get beats. The times of all members are in the group's own database, because each member sees
its own partitions only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from chassis import metric_defs
from chassis.consumer.ports import ConsumerParts
from chassis.consumer.reading import Read
from chassis.consumer.settings import ConsumerSettings, Subscription
from chassis.errors import Refusal, Unavailable
from chassis.outbox.store_errors import store_reached
from contracts.flow import ReportProgress
from contracts.topics import PARTITIONS

_log = structlog.get_logger(__name__)


class GroupProgress:
    """Collects, keeps, reports and measures."""

    def __init__(
        self, subscription: Subscription, parts: ConsumerParts, *, settings: ConsumerSettings
    ) -> None:
        self._subscription = subscription
        self._parts = parts
        self._settings = settings
        self._seen: dict[int, datetime] = {}
        self._reported: datetime | None = None
        self._last = float("-inf")

    def applied(self, reads: Sequence[Read]) -> None:
        """All of these are stored."""
        for item in reads:
            oldest = item.envelope.oldest_unsent if item.envelope else None
            if oldest is not None:
                known = self._seen.get(item.record.partition, oldest)
                self._seen[item.record.partition] = max(known, oldest)

    def report_if_due(self, lag: Mapping[int, int]) -> None:
        """Every few seconds; a speaker that cannot be reached hears it next time."""
        now = self._parts.clock.monotonic()
        if now - self._last < self._settings.report:
            return
        self._last = now
        applied_up_to = self._kept()
        self._measure(lag, applied_up_to)
        if applied_up_to is not None and applied_up_to != self._reported:
            self._report(applied_up_to)

    def _kept(self) -> datetime | None:
        seen, topic = dict(self._seen), self._subscription.topic
        with store_reached("keep the books"):
            marks = self._parts.factory.run_batch(
                lambda work: self._parts.ledger(work).marks(topic, seen)
            )
        return min(marks.values()) if len(marks) >= PARTITIONS else None

    def _report(self, applied_up_to: datetime) -> None:
        order = ReportProgress(
            group=self._subscription.group,
            topic=self._subscription.topic,
            applied_up_to=applied_up_to,
        )
        try:
            self._parts.tell(order)
        except (Unavailable, Refusal) as error:
            _log.warning("progress not reported", group=order.group, reason=str(error))
        else:
            self._reported = applied_up_to

    def _measure(self, lag: Mapping[int, int], applied_up_to: datetime | None) -> None:
        metrics, group = self._parts.metrics, self._subscription.group
        for partition, count in lag.items():
            metrics.set(metric_defs.CONSUMER_LAG, count, group=group, partition=str(partition))
        age = 0.0
        if applied_up_to is not None and any(lag.values()):
            age = max(0.0, (self._parts.clock.now() - applied_up_to).total_seconds())
        metrics.set(metric_defs.CONSUMER_OLDEST_UNPROCESSED_AGE, age, group=group)
