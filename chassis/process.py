"""What the processes of every service are assembled from: the database, the broker, the loops.

A service's ``bootstrap`` adds what is its own: documents, handlers, connectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chassis import tracing
from chassis.audit.chain import signing_key
from chassis.audit.sealer import Sealer, SealerParts
from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Broker
from chassis.clock import SystemClock
from chassis.command_client import CommandClient
from chassis.common_settings import CommonSettings
from chassis.consumer.consumer import DurableConsumer
from chassis.consumer.mongo_ledger import mongo_ledger
from chassis.consumer.ports import ConsumerParts, Tell
from chassis.consumer.settings import Subscription
from chassis.health import Health
from chassis.http.ops import serve_ops
from chassis.ids import SystemIds
from chassis.leases import LeaseStore
from chassis.loops import Loop, Runner
from chassis.metric_defs import CHASSIS_METRICS
from chassis.metrics import MetricDef, Metrics, new_registry
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory, service_actor
from chassis.mongo.mapping import Mappings
from chassis.outbox.ports import RelaySource
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.purge import OutboxPurge
from chassis.outbox.relay import Relay, RelayParts, RelaySettings
from chassis.ports import BatchHandler
from chassis.prepare import ServicePlan, check_prepared
from contracts.commands import Command
from contracts.topics import SUBSCRIPTIONS, Group


def work_factory(
    service: str, mappings: Mappings, *, mongo_uri: str, namespace: str
) -> WorkFactory:
    """Transactions in the database of a service."""
    clock = SystemClock()
    return WorkFactory(
        client=connect(mongo_uri, app_name=f"rostrum-{service}"),
        database_name=database_name(namespace, service),
        mappings=mappings,
        clock=clock,
        ids=SystemIds(clock),
        service=service,
        trace=tracing.current,
    )


def open_factory(settings: CommonSettings, mappings: Mappings, plan: ServicePlan) -> WorkFactory:
    """Connect; BadSettings if the database was not prepared for this code."""
    factory = work_factory(
        plan.service, mappings, mongo_uri=settings.mongo_uri, namespace=settings.namespace
    )
    check_prepared(factory.database, plan)
    return factory


def kafka_broker(settings: CommonSettings) -> KafkaBroker:
    """The way to the broker; connects when it is first used."""
    return KafkaBroker(
        KafkaSettings(
            bootstrap=",".join(settings.kafka_bootstrap),
            namespace=settings.namespace,
            session_ms=settings.kafka_session_ms,
            leaves_groups=settings.kafka_leaves,
            security=settings.kafka_security(),
        )
    )


def ping(factory: WorkFactory) -> None:
    """Ask the database for a sign of life."""
    factory.client.admin.command("ping", maxTimeMS=1000)


@dataclass(frozen=True)
class Assembly:
    """What the loops of a process are built from."""

    settings: CommonSettings
    factory: WorkFactory
    broker: Broker
    metrics: Metrics

    @property
    def service(self) -> str:
        """Whose process it is."""
        return self.factory.service

    def consumer(
        self, subscribed: Subscription, handler: BatchHandler, client: CommandClient
    ) -> DurableConsumer:
        """A durable group; ``client`` reaches the speaker of its topic."""
        parts = ConsumerParts(
            broker=self.broker,
            factory=self.factory,
            ledger=mongo_ledger(subscribed.group),
            tell=self._tell(client, SUBSCRIPTIONS[Group(subscribed.group)].speaker),
            clock=self.factory.clock,
            metrics=self.metrics,
        )
        return DurableConsumer(subscribed, handler, parts)

    def _tell(self, client: CommandClient, speaker: str) -> Tell:
        """Progress reports and requests to send again, to whoever speaks on the topic."""

        def tell(command: Command) -> None:
            client.send(command, service_actor(self.service), to=speaker)

        return tell

    def relaying(self, sources: Iterable[RelaySource], topics: Sequence[str]) -> list[Loop]:
        """The way from the outboxes to the broker, and the audit log's into its chains.

        Leases let one of several such processes work at a time.
        """
        factory, owner = self.factory, self.factory.ids.new()
        rotate_after = self.settings.rotate_after or 0
        settings = RelaySettings(service=self.service, owner=owner, rotate_after=rotate_after)
        parts = RelayParts(
            broker=self.broker,
            leases=LeaseStore(factory.database),
            progress=SpeakerProgress(factory.database),
            clock=factory.clock,
            metrics=self.metrics,
        )
        relays: list[Loop] = [Relay(settings, source, parts) for source in sources]
        purge = OutboxPurge(factory.database, topics, clock=factory.clock, metrics=self.metrics)
        return [*relays, purge, self.sealer(owner)]

    def sealer(self, owner: str) -> Sealer:
        """The audit log's way into its chains."""
        factory = self.factory
        parts = SealerParts(
            client=factory.client,
            database=factory.database,
            service=self.service,
            owner=owner,
            key=signing_key(self.settings.audit_key),
        )
        return Sealer(parts, LeaseStore(factory.database), factory.clock, metrics=self.metrics)


@dataclass(frozen=True)
class Process:
    """A process without an API: its settings, its place in the port block, what it measures."""

    settings: CommonSettings
    offset: int
    measures: Sequence[MetricDef] = ()

    def run(
        self,
        open_factory: Callable[[], WorkFactory],
        loops_of: Callable[[Assembly], Sequence[Loop]],
    ) -> int:
        """Run until told to stop; the exit code."""
        registry, health = new_registry(), Health()
        factory, broker = open_factory(), kafka_broker(self.settings)
        metrics = Metrics((*CHASSIS_METRICS, *self.measures), registry)
        health.probe("mongodb", lambda: ping(factory))
        port = self.settings.ops_port or self.settings.port + self.offset
        ops = serve_ops(port, health, registry, host=self.settings.ops_host)
        try:
            made = Assembly(self.settings, factory, broker, metrics)
            return Runner(loops_of(made), health, metrics=metrics).run()
        finally:
            ops.close()
            broker.close()
            factory.client.close()
