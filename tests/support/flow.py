"""Facts on a broker and a durable group that reads them, for tests of relay and consumers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from chassis import metric_defs
from chassis.broker.memory import MemoryBroker
from chassis.broker.ports import Message
from chassis.clock import FixedClock
from chassis.consumer.consumer import DurableConsumer
from chassis.consumer.memory_ledger import memory_ledger
from chassis.consumer.ports import ConsumerParts
from chassis.consumer.settings import ConsumerSettings, LimitSettings, Subscription
from chassis.ids import SystemIds
from chassis.memory.work import MemoryWorkFactory
from chassis.metrics import silent_metrics
from chassis.mongo.mapping import Mappings
from chassis.ports import BatchWork, Delivered
from contracts import catalog
from contracts.commands import Command
from contracts.envelope import Envelope, key_of, to_headers
from contracts.facts import encode
from contracts.ingest import ChannelHealthChanged, Health
from contracts.topics import Group, Topic

TOPIC = Topic.CONNECTIONS.value
GROUP = Group.WORKFLOW_CONNECTIONS.value
ORG = "acme"
MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TYPE = ChannelHealthChanged.TYPE
REGISTERED = catalog.__all__


def a_fact(detail: str = "") -> ChannelHealthChanged:
    return ChannelHealthChanged(channel_id="c", health=Health.OK, detail=detail, since=MOMENT)


def an_envelope(sequence: int, aggregate: str = "a", **fields: Any) -> Envelope:
    values = {
        "id": f"{aggregate}-{sequence}",
        "type": TYPE,
        "source": "/rostrum/ingest",
        "subject": aggregate,
        "time": MOMENT,
        "org_id": ORG,
        "sequence": sequence,
    }
    return Envelope(**{**values, **fields})


def a_message(
    sequence: int, aggregate: str = "a", *, body: bytes | None = None, **fields: Any
) -> Message:
    """A fact on the wire; its detail is its place, ``a:1``."""
    envelope = an_envelope(sequence, aggregate, **fields)
    return Message(
        topic=TOPIC,
        key=key_of(envelope.org_id, aggregate),
        value=encode(a_fact(f"{aggregate}:{sequence}")) if body is None else body,
        headers=tuple(to_headers(envelope)),
    )


def details(batch: Sequence[Delivered]) -> list[str]:
    return [item.fact.detail for item in batch if isinstance(item.fact, ChannelHealthChanged)]


class Rig:
    """A durable group in memory. ``handled`` holds the details of what was committed, in order."""

    def __init__(self, *, uses_applied: bool = True, **settings: Any) -> None:
        self.clock = FixedClock(MOMENT)
        self.broker = MemoryBroker()
        self.broker.ensure_topics([TOPIC])
        ids = SystemIds(self.clock)
        self.factory = MemoryWorkFactory(Mappings([]), self.clock, ids, "workflow")
        self.metrics = silent_metrics(metric_defs.CHASSIS_METRICS)
        self.told: list[Command] = []
        self.tell: Callable[[Command], None] = self.told.append
        self.handled: list[str] = []
        self.on_fact: Callable[[str], None] = lambda _: None
        self.settings = ConsumerSettings(**{"poll": 0.0, "limit": LimitSettings(), **settings})
        self.wanted = Subscription(group=GROUP, topic=TOPIC, uses_applied=uses_applied)
        self.consumer = self.a_member()

    def a_member(self) -> DurableConsumer:
        """Another process of the group."""
        parts = ConsumerParts(
            broker=self.broker,
            factory=self.factory,
            ledger=memory_ledger(self.factory.store, GROUP),
            tell=self._tell,
            clock=self.clock,
            metrics=self.metrics,
        )
        return DurableConsumer(self.wanted, self._handle, parts, settings=self.settings)

    def send(self, *messages: Message) -> None:
        self.broker.producer().send(messages)

    def steps(self, count: int = 4) -> None:
        """Enough to poll, settle and look at what is parked."""
        for _ in range(count):
            self.consumer.step()
            self.clock.advance(1)

    def restart(self) -> None:
        """As after kill -9: nothing was closed, a new member comes."""
        self.broker.members.clear()
        self.consumer = self.a_member()

    def rows(self, collection: str) -> list[dict[str, Any]]:
        return self.factory.store.all(collection)

    def sequence(self, aggregate: str = "a") -> int:
        row = self.factory.store.get("applied", f"{GROUP}|{ORG}|{aggregate}")
        return int(row["sequence"]) if row else 0

    def _tell(self, order: Command) -> None:
        self.tell(order)

    def _handle(self, batch: Sequence[Delivered], work: BatchWork) -> None:
        found = details(batch)
        for detail in found:
            self.on_fact(detail)
        self.handled += found
