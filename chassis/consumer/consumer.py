"""The durable consumer (rule 6): poll, one transaction per batch, then offsets."""

from __future__ import annotations

import structlog

from chassis import metric_defs
from chassis.broker.ports import BrokerReplaced, Consumer, Record
from chassis.consumer.ports import ConsumerParts
from chassis.consumer.progress import GroupProgress
from chassis.consumer.reading import Read, read
from chassis.consumer.settings import ConsumerSettings, Subscription
from chassis.consumer.settling import Settling
from chassis.consumer.sweep import Sweep
from chassis.errors import Conflict, Unavailable
from chassis.ports import BatchHandler

_log = structlog.get_logger(__name__)


class DurableConsumer:
    """A Loop: one member of a durable group. Run by one thread.

    Raises what the handler raised if that is a bug (the process restarts; a fact that crashed it
    alone several times is set aside), and TooManyDeadLetters.
    """

    def __init__(
        self,
        subscription: Subscription,
        handler: BatchHandler,
        parts: ConsumerParts,
        *,
        settings: ConsumerSettings | None = None,
    ) -> None:
        self.name = f"consumer {subscription.group}"
        self._subscription = subscription
        self._settings = settings or ConsumerSettings()
        self._broker = parts.broker
        self._metrics = parts.metrics
        self._settling = Settling(subscription, handler, parts, settings=self._settings)
        self._sweep = Sweep(subscription, self._settling, parts, settings=self._settings)
        self._progress = GroupProgress(subscription, parts, settings=self._settings)
        self._consumer: Consumer | None = None
        self._held: list[Read] = []

    def step(self) -> float:
        """One batch, and what is due besides."""
        self._settling.start()
        if not self._held:
            self._held = [self._read(item) for item in self._polled()]
        if self._held:
            self._settle_held()
        self._sweep.run_if_due()
        self._progress.report_if_due(self.lag())
        return 0.0

    def close(self) -> None:
        """Leave the group; what was not committed is polled again and dropped."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _polled(self) -> list[Record]:
        if self._consumer is None:
            self._broker.ensure_topics([self._subscription.topic])
            self._consumer = self._broker.consumer(
                self._subscription.group, self._subscription.topic
            )
        try:
            return self._consumer.poll(self._settings.batch, self._settings.poll)
        except BrokerReplaced:
            _log.warning("broker began anew", group=self._subscription.group)
            self.close()
            raise

    def _settle_held(self) -> None:
        """Back-pressure: a batch that has to wait keeps the next ones on the broker."""
        try:
            self._settling.settle(self._held)
        except (Unavailable, Conflict) as error:
            self._pause(error)
            raise
        self._resume()
        self._sweep.hurry_if(self._settling.touched_gap)
        self._progress.applied(self._held)
        self._commit()
        self._held = []

    def _pause(self, error: Exception) -> None:
        group = self._subscription.group
        reason = "conflict" if isinstance(error, Conflict) else "unavailable"
        self._metrics.count(metric_defs.CONSUMER_BATCH_RETRIES, group=group, reason=reason)
        self._metrics.set(metric_defs.CONSUMER_PAUSED, 1, group=group)
        if self._consumer is not None:
            self._consumer.pause()
            self._stay_member(self._consumer)

    def _stay_member(self, consumer: Consumer) -> None:
        try:
            consumer.poll(1, 0.0)
        except BrokerReplaced:
            self.close()
        except Unavailable as away:
            _log.warning("broker away while paused", reason=str(away))

    def _resume(self) -> None:
        self._metrics.set(metric_defs.CONSUMER_PAUSED, 0, group=self._subscription.group)
        if self._consumer is not None:
            self._consumer.resume()

    def _commit(self) -> None:
        if self._consumer is not None:
            records = [item.record for item in self._held]
            self._consumer.commit({item.partition: item.offset + 1 for item in records})

    def lag(self) -> dict[int, int]:
        """Per partition of this member, what is on the broker and was not polled yet."""
        return self._consumer.lag() if self._consumer is not None else {}

    def _read(self, record: Record) -> Read:
        return read(record, self._subscription, largest=self._settings.largest_body)
