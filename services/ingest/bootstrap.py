"""Builds the processes of ingest: hands real parts to the use cases."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec
from flask import Flask

from chassis import tracing
from chassis.audit.chain import signing_key
from chassis.audit.sealer import Sealer, SealerParts
from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Broker
from chassis.clock import SystemClock
from chassis.command_client import CommandClient
from chassis.commands import INSTALLATION, CommandBus
from chassis.consumer.consumer import DurableConsumer
from chassis.consumer.mongo_ledger import mongo_ledger
from chassis.consumer.ports import ConsumerParts
from chassis.consumer.settings import Subscription, subscription
from chassis.errors import Refusal, RefusalCode
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.commands import command_blueprint
from chassis.http.ops import serve_ops
from chassis.http.tokens import InternalSigner, InternalVerifier
from chassis.ids import SystemIds
from chassis.leases import LeaseStore
from chassis.loops import Loop, Runner
from chassis.metric_defs import CHASSIS_METRICS
from chassis.metrics import Metrics, new_registry
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory, service_actor
from chassis.mongo.mapping import Mappings
from chassis.outbound import OutboundClient
from chassis.outbox.handlers import flow_handlers
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.purge import OutboxPurge
from chassis.outbox.relay import Relay, RelayParts, RelaySettings
from chassis.outbox.source import OutboxSource
from chassis.ports import Actor, ActorKind, BatchHandler, UseCase, Work
from chassis.prepare import ServicePlan, check_prepared
from contracts.commands import Command
from contracts.flow import ResendFacts
from contracts.ingest import ConnectChannel, DisconnectChannel
from contracts.topics import Group, Topic
from contracts.workflow.channels import ChannelStateChanged
from contracts.workflow.deliveries import DeliveryDue
from services.ingest.adapters import arrivals, turns
from services.ingest.adapters.arrivals import MongoArrivals, arrivals_source
from services.ingest.adapters.cipher import AesGcmCipher
from services.ingest.adapters.documents import MAPPINGS as STORED
from services.ingest.adapters.loops import PollerLoop, PublisherLoop
from services.ingest.adapters.telemetry import MeasuredReport
from services.ingest.adapters.turns import MongoTurns, MongoWakes, wake_handler
from services.ingest.adapters.way_out import leased_outbound
from services.ingest.application.channels.connect_channel import Switchboard, connect_channel
from services.ingest.application.channels.disconnect_channel import disconnect_channel
from services.ingest.application.channels.follow_registry import registry_follower
from services.ingest.application.listening.poll_channel import Listener
from services.ingest.application.ports import At, nowhere
from services.ingest.application.publishing.publish_delivery import Publisher
from services.ingest.connectors import all_connectors
from services.ingest.metrics import METRICS
from services.ingest.settings import IngestSettings

SERVICE: Final = "ingest"
MAPPINGS: Final = Mappings(STORED)
OUTBOX_TOPICS: Final = (Topic.CONNECTIONS,)
"""Arrivals are not among them: that collection is its own outbox."""
PLAN: Final = ServicePlan(
    service=SERVICE,
    documents=[one.document for one in STORED],
    collections={**arrivals.INDEXES, **turns.INDEXES},
)


@dataclass(frozen=True)
class Parts:
    """What every process of ingest is built from."""

    settings: IngestSettings
    factory: WorkFactory

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        self.factory.client.admin.command("ping", maxTimeMS=1000)

    def close(self) -> None:
        """Let go of the database."""
        self.factory.client.close()


@dataclass(frozen=True)
class LoopParts:
    """What the loops of a process without an API are built from."""

    parts: Parts
    broker: Broker
    metrics: Metrics
    at: At = nowhere

    @property
    def factory(self) -> WorkFactory:
        """The units of work."""
        return self.parts.factory


LoopsOf = Callable[[LoopParts], Sequence[Loop]]


def open_parts(settings: IngestSettings) -> Parts:
    """Connect; BadSettings if the database was not prepared for this code."""
    clock = SystemClock()
    factory = WorkFactory(
        client=connect(settings.mongo_uri, app_name=f"rostrum-{SERVICE}"),
        database_name=database_name(settings.namespace, SERVICE),
        mappings=MAPPINGS,
        clock=clock,
        ids=SystemIds(clock),
        service=SERVICE,
        trace=tracing.current,
    )
    check_prepared(factory.database, PLAN)
    return Parts(settings=settings, factory=factory)


# --- web ------------------------------------------------------------------------------------------


def web_app(parts: Parts) -> Flask:
    """POST /commands/<Name>, for holders of an internal token."""
    registry, health = new_registry(), Health()
    health.probe("mongodb", parts.ping)
    bus = command_bus(parts, Metrics(CHASSIS_METRICS, registry))
    verifier = InternalVerifier(parts.settings.token_key, SERVICE)
    return create_app(
        SERVICE, blueprints=[command_blueprint(bus, verifier)], health=health, registry=registry
    )


def command_bus(parts: Parts, metrics: Metrics) -> CommandBus:
    """What ingest does when it is told to."""
    factory = parts.factory
    board = switchboard(parts, metrics)
    own: dict[type[Command], UseCase] = {
        ConnectChannel: partial(connect_channel, board),
        DisconnectChannel: partial(disconnect_channel, board),
    }
    outbox = OutboxSource(factory.database, [topic.value for topic in OUTBOX_TOPICS])
    flow = flow_handlers(SpeakerProgress(factory.database), outbox)
    return CommandBus(SERVICE, factory, {**own, **flow}, authorize=authorize, scope_of=scope_of)


def switchboard(parts: Parts, metrics: Metrics) -> Switchboard:
    """What connecting and disconnecting need."""
    settings, factory = parts.settings, parts.factory
    return Switchboard(
        connectors=all_connectors(),
        http=OutboundClient(settings.outbound_allow, factory.clock, metrics=metrics),
        cipher=AesGcmCipher(settings.master_key),
        workflow=workflow_client(parts, metrics),
        turns=MongoTurns(factory.database, factory.clock),
    )


def authorize(command: Command, work: Work) -> None:
    """People may give orders that name a permission; workflow decides whether they hold it."""
    is_person = work.actor.kind is ActorKind.PERSON
    needs_person = type(command).PERMISSION is not None
    if is_person != needs_person:
        raise Refusal(RefusalCode.FORBIDDEN, f"{type(command).__name__} is not yours to give.")
    scopes = work.actor.scopes
    if scopes is not None and type(command).PERMISSION not in scopes:
        raise Refusal(RefusalCode.FORBIDDEN, "The key does not reach that far.")


def scope_of(command: Command, actor: Actor) -> str:
    """The actor's organization; readers of facts speak about any."""
    if actor.kind is ActorKind.SERVICE:
        return command.org_id if isinstance(command, ResendFacts) else INSTALLATION
    if actor.org_id is None:
        raise Refusal(RefusalCode.ORGANIZATION_NEEDED, "Choose an organization first.")
    return actor.org_id


def workflow_client(parts: Parts, metrics: Metrics) -> CommandClient:
    """Orders to workflow, in the name of whoever acts."""
    settings = parts.settings
    signer = InternalSigner(settings.token_key, parts.factory.clock)
    return CommandClient({"workflow": settings.workflow_url}, signer, metrics=metrics)


# --- loops ----------------------------------------------------------------------------------------


def worker_loops(given: LoopParts) -> list[Loop]:
    """Pollers and the consumer of channels; any number of workers may run."""
    settings, factory = given.parts.settings, given.factory
    queue = MongoTurns(factory.database, factory.clock)
    listener = Listener(
        connectors=all_connectors(),
        http=OutboundClient(settings.outbound_allow, factory.clock, metrics=given.metrics),
        cipher=AesGcmCipher(settings.master_key),
        units=factory,
        turns=queue,
        arrivals=MongoArrivals(factory.database),
        report=MeasuredReport(given.metrics),
        clock=factory.clock,
        ids=factory.ids,
        actor=service_actor(SERVICE),
        interval=settings.poll_seconds,
        jitter=random.random,
    )
    owner = factory.ids.new()
    pollers: list[Loop] = [
        PollerLoop(f"poller {n}", f"{owner}/{n}", queue, listener) for n in range(settings.pollers)
    ]
    subscribed = subscription(Group.INGEST_CHANNELS, [ChannelStateChanged])
    return [*pollers, _consumer(given, subscribed, registry_follower(queue))]


def publisher_loops(given: LoopParts) -> list[Loop]:
    """Senders and the consumer that wakes them; any number of publishers may run."""
    settings, factory = given.parts.settings, given.factory
    queue = MongoWakes(factory.database, factory.clock)
    owner = f"publisher-{secrets.token_hex(8)}"
    senders: list[Loop] = [
        PublisherLoop(f"publisher {n}", queue, _publisher(given, queue, f"{owner}/{n}"))
        for n in range(settings.publishers)
    ]
    subscribed = subscription(Group.INGEST_DELIVERIES, [DeliveryDue])
    return [*senders, _consumer(given, subscribed, wake_handler(factory.clock))]


def _publisher(given: LoopParts, queue: MongoWakes, owner: str) -> Publisher:
    settings, factory = given.parts.settings, given.factory
    return Publisher(
        connectors=all_connectors(),
        outbound=leased_outbound(settings.outbound_allow, given.metrics, given.at),
        cipher=AesGcmCipher(settings.master_key),
        units=factory,
        workflow=workflow_client(given.parts, given.metrics),
        wakes=queue,
        report=MeasuredReport(given.metrics),
        clock=factory.clock,
        actor=service_in,
        owner=owner,
        lease_seconds=settings.lease_seconds,
        at=given.at,
    )


def service_in(org_id: str) -> Actor:
    """Ingest itself, inside one organization."""
    return msgspec.structs.replace(service_actor(SERVICE), org_id=org_id)


def relay_loops(given: LoopParts) -> list[Loop]:
    """Arrivals and facts on their way to the broker; leases let one relay send at a time."""
    factory = given.factory
    outbox = [topic.value for topic in OUTBOX_TOPICS]
    sources = (arrivals_source(factory.database), OutboxSource(factory.database, outbox))
    leases, owner = LeaseStore(factory.database), factory.ids.new()
    parts = RelayParts(
        broker=given.broker,
        leases=leases,
        progress=SpeakerProgress(factory.database),
        clock=factory.clock,
        metrics=given.metrics,
    )
    rotate_after = given.parts.settings.rotate_after or 0
    settings = RelaySettings(service=SERVICE, owner=owner, rotate_after=rotate_after)
    relays: list[Loop] = [Relay(settings, source, parts) for source in sources]
    purge = OutboxPurge(factory.database, outbox, clock=factory.clock, metrics=given.metrics)
    return [
        *relays,
        purge,
        Sealer(_sealer_parts(given, owner), leases, factory.clock, metrics=given.metrics),
    ]


def _sealer_parts(given: LoopParts, owner: str) -> SealerParts:
    return SealerParts(
        client=given.factory.client,
        database=given.factory.database,
        service=SERVICE,
        owner=owner,
        key=signing_key(given.parts.settings.audit_key),
    )


def run_loops(settings: IngestSettings, offset: int, loops_of: LoopsOf, *, at: At = nowhere) -> int:
    """Run until told to stop; the exit code. ``offset``: the process's place in the port block."""
    registry, health = new_registry(), Health()
    metrics = Metrics((*CHASSIS_METRICS, *METRICS), registry)
    parts, broker = open_parts(settings), kafka_broker(settings)
    health.probe("mongodb", parts.ping)
    port = settings.ops_port or settings.port + offset
    ops = serve_ops(port, health, registry, host=settings.ops_host)
    try:
        loops = loops_of(LoopParts(parts=parts, broker=broker, metrics=metrics, at=at))
        return Runner(loops, health, metrics=metrics).run()
    finally:
        ops.close()
        broker.close()
        parts.close()


def kafka_broker(settings: IngestSettings) -> KafkaBroker:
    """The way to the broker; connects when it is first used."""
    return KafkaBroker(
        KafkaSettings(
            bootstrap=",".join(settings.kafka_bootstrap),
            namespace=settings.namespace,
            session_ms=settings.kafka_session_ms,
        )
    )


def _consumer(given: LoopParts, subscribed: Subscription, handler: BatchHandler) -> DurableConsumer:
    factory = given.factory
    client = workflow_client(given.parts, given.metrics)

    def tell(command: Command) -> None:
        client.send(command, service_actor(SERVICE), to=Topic(subscribed.topic).speaker)

    parts = ConsumerParts(
        broker=given.broker,
        factory=factory,
        ledger=mongo_ledger(subscribed.group),
        tell=tell,
        clock=factory.clock,
        metrics=given.metrics,
    )
    return DurableConsumer(subscribed, handler, parts)
