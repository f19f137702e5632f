"""The relay: the one way from the outbox to the broker (rule 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from chassis import metric_defs
from chassis.broker.ports import Broker, Message, Producer
from chassis.errors import Unavailable
from chassis.metrics import Metrics
from chassis.outbox.ports import Leases, OutgoingFact, RelaySource
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.refill import Refill
from chassis.outbox.rotation import Rotation
from chassis.ports import Clock
from contracts.envelope import Envelope, to_headers
from contracts.flow import BEAT_TYPE
from contracts.topics import PARTITIONS

NOBODY: Final = "-"
"""``ce_orgid`` of messages that belong to no organization."""


class RelaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """``owner`` is this process among its twins. Times in seconds.

    Facts are read ``batch`` at a time and sent in parts of ``part``. ``idle``: how long one step waits for a wake-up. ``beat``: how often partitions are told how far
    the relay is, while there is something to tell. ``rotate_after`` so many messages a topic begins
    anew, for brokers that never forget (0: never).
    """

    service: str
    owner: str
    batch: int = 4_000
    part: int = 500
    lease: float = 10.0
    idle: float = 0.5
    standby: float = 1.0
    beat: float = 2.0
    rotate_after: int = 0


@dataclass(frozen=True, kw_only=True)
class RelayParts:
    """What a relay works with."""

    broker: Broker
    leases: Leases
    progress: SpeakerProgress
    clock: Clock
    metrics: Metrics


class Relay:
    """A Loop. Sends in order per key, then marks; what it cannot mark is sent twice.

    Consumers drop the second by its sequence. The fence guards the marks: a relay that slept through
    the end of its lease cannot mark what its successor opened again.
    """

    def __init__(self, settings: RelaySettings, source: RelaySource, parts: RelayParts) -> None:
        self.name = f"relay {source.name}"
        self._settings = settings
        self._source = source
        self._marker = ThreadPoolExecutor(1, thread_name_prefix=f"{self.name} marks")
        self._hold = Hold(self.name, settings, leases=parts.leases, clock=parts.clock)
        self._clock = parts.clock
        self._metrics = parts.metrics
        self._refill = Refill(source, parts.broker, parts.progress)
        self._producer = parts.broker.producer()
        self._beats = Beats(settings, self._producer, parts.clock)
        self._rotation = Rotation(parts.broker, parts.progress, settings.rotate_after)

    def step(self) -> float:
        """One batch, or a wait for the next fact."""
        fence = self._hold.fence()
        if fence is None:
            self._refill.forget()
            return self._settings.standby
        refills = self._refilled(fence)
        if refills:
            self._metrics.count(metric_defs.RELAY_REFILLS, refills, source=self._source.name)
        if not self._pump(fence):
            self._source.wait(self._settings.idle)
        return 0.0

    def _refilled(self, fence: int) -> int:
        """While the broker is away the age goes on growing, because it is what rings (R6)."""
        try:
            return self._refill.check(fence)
        except Unavailable:
            now = self._clock.now()
            waiting = [item.created_at for item in self._source.unsent(1)]
            self._tell_age(now, min(waiting, default=now))
            raise

    def close(self) -> None:
        """Hands the lease on."""
        self._marker.shutdown()
        self._source.close()
        self._producer.close()
        self._hold.release()

    def _pump(self, fence: int) -> int:
        asked_at = self._clock.now()
        facts = self._source.unsent(self._settings.batch)
        oldest = min((item.created_at for item in facts), default=asked_at)
        self._tell_age(asked_at, oldest)
        if facts:
            with self._metrics.timed(metric_defs.RELAY_BATCH_SECONDS, source=self._source.name):
                self._publish(facts, oldest, fence)
        self._rotation.sent(facts)
        if self._beats.tell({item.topic for item in facts}, oldest, is_caught_up=not facts):
            self._rotation.rotate_if_due()
        return len(facts)

    def _publish(self, facts: Sequence[OutgoingFact], oldest: datetime, fence: int) -> None:
        """Marks a part while the next one is sent: the one waits for MongoDB, the other works."""
        size, marks = self._settings.part, []
        for start in range(0, len(facts), size):
            part = facts[start : start + size]
            self._send(part, oldest)
            marks.append(self._marker.submit(self._mark, part, fence))
        for mark in marks:
            mark.result()

    def _send(self, facts: Sequence[OutgoingFact], oldest: datetime) -> None:
        try:
            self._producer.send([self._message(item, oldest) for item in facts])
        except Unavailable:
            self._metrics.count(metric_defs.RELAY_FAILED, source=self._source.name)
            raise

    def _mark(self, facts: Sequence[OutgoingFact], fence: int) -> None:
        marked = self._source.mark(facts, self._clock.now(), fence)
        if marked < len(facts):
            self._metrics.count(metric_defs.RELAY_FENCED, source=self._source.name)
        for topic, count in Counter(item.topic for item in facts).items():
            labels = {"source": self._source.name, "topic": topic}
            self._metrics.count(metric_defs.RELAY_SENT, count, **labels)

    def _tell_age(self, now: datetime, oldest: datetime) -> None:
        age = max(0.0, (now - oldest).total_seconds())
        self._metrics.set(metric_defs.OUTBOX_OLDEST_UNSENT_AGE, age, source=self._source.name)

    def _message(self, item: OutgoingFact, oldest: datetime) -> Message:
        envelope = Envelope(
            id=item.id,
            type=item.type,
            source=f"/rostrum/{self._settings.service}",
            subject=item.aggregate_id,
            time=item.time,
            org_id=item.org_id,
            sequence=item.sequence,
            traceparent=item.traceparent,
            oldest_unsent=oldest,
        )
        headers = tuple(to_headers(envelope))
        return Message(topic=item.topic, key=item.key, value=item.body, headers=headers)


class Hold:
    """The lease, renewed when a third of it has passed instead of with every batch."""

    def __init__(self, name: str, settings: RelaySettings, *, leases: Leases, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._leases = leases
        self._clock = clock
        self._fence = 0
        self._fresh_until = float("-inf")

    def fence(self) -> int | None:
        """The fence of this relay's hold; None while another one holds the lease."""
        now = self._clock.monotonic()
        if now >= self._fresh_until:
            lease = self._leases.acquire(self._name, self._settings.owner, self._settings.lease)
            if lease is None:
                return None
            self._fence, self._fresh_until = lease.fence, now + self._settings.lease / 3
        return self._fence

    def release(self) -> None:
        """Let another relay go on at once."""
        self._fresh_until = float("-inf")
        self._leases.release(self._name, self._settings.owner)


class Beats:
    """Tells every partition how far the relay is, so that idle ones do not hold up their readers.

    Silent while nothing is sent: after the last fact one more round says that all of it is out.
    """

    def __init__(self, settings: RelaySettings, producer: Producer, clock: Clock) -> None:
        self._settings = settings
        self._producer = producer
        self._clock = clock
        self._owed: set[str] = set()
        self._last = float("-inf")

    def tell(self, topics: set[str], oldest: datetime, *, is_caught_up: bool) -> bool:
        """``topics`` were just sent to; ``oldest`` is the relay's oldest unsent fact, or now.

        Returns whether it was time to tell.
        """
        self._owed |= topics
        now = self._clock.monotonic()
        if not self._owed or now - self._last < self._settings.beat:
            return False
        self._producer.send(
            [self._beat(topic, n, oldest) for topic in self._owed for n in range(PARTITIONS)]
        )
        self._last = now
        if is_caught_up:
            self._owed.clear()
        return True

    def _beat(self, topic: str, partition: int, oldest: datetime) -> Message:
        envelope = Envelope(
            id=f"{topic}/{partition}/{oldest.timestamp()}",
            type=BEAT_TYPE,
            source=f"/rostrum/{self._settings.service}",
            subject=topic,
            time=self._clock.now(),
            org_id=NOBODY,
            sequence=0,
            oldest_unsent=oldest,
        )
        return Message(
            topic=topic, value=b"", headers=tuple(to_headers(envelope)), partition=partition
        )
