"""Builds the processes of workflow: adds the contexts up and hands real parts to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, TypeVar

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
from chassis.consumer.ports import ConsumerParts, Tell
from chassis.consumer.settings import Subscription, subscription
from chassis.errors import Refusal, RefusalCode
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.commands import command_blueprint
from chassis.http.ops import serve_ops
from chassis.http.tokens import InternalSigner, InternalVerifier
from chassis.ids import SystemIds, derived
from chassis.leases import LeaseStore
from chassis.loops import Loop, Runner
from chassis.metric_defs import CHASSIS_METRICS
from chassis.metrics import Metrics, new_registry
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory, service_actor
from chassis.mongo.mapping import Mapping as Stored
from chassis.mongo.mapping import Mappings
from chassis.outbox.handlers import flow_handlers
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.purge import OutboxPurge
from chassis.outbox.relay import Relay, RelayParts, RelaySettings
from chassis.outbox.source import OutboxSource
from chassis.ports import Actor, ActorKind, BatchHandler, TimerHandler, UseCase
from chassis.prepare import ServicePlan, check_prepared
from chassis.timers import TimerLoop
from contracts.commands import Command
from contracts.flow import ReportProgress, ResendFacts
from contracts.ingest import ChannelConnected, ChannelHealthChanged, MentionArrived
from contracts.topics import Group, Topic
from contracts.workflow.organizations import CreateOrganization
from services.workflow.adapters import (
    consume_arrivals,
    consume_connections,
    documents_channels,
    documents_content,
    documents_conversations,
    documents_deliveries,
    documents_organizations,
    documents_people,
    documents_policies,
    documents_trust,
)
from services.workflow.application import (
    channels,
    content,
    conversations,
    deliveries,
    organizations,
    people,
    trust,
)
from services.workflow.application.governance.authorize import Authorizer
from services.workflow.application.governance.target import TargetOf
from services.workflow.application.organizations.create_organization import organization_id
from services.workflow.metrics import METRICS
from services.workflow.settings import WorkflowSettings

SERVICE: Final = "workflow"
K = TypeVar("K")
V = TypeVar("V")

CONTEXTS: Final[tuple[ModuleType, ...]] = (
    organizations,
    people,
    channels,
    conversations,
    content,
    deliveries,
    trust,
)
DOCUMENTS: Final[tuple[ModuleType, ...]] = (
    documents_organizations,
    documents_people,
    documents_channels,
    documents_conversations,
    documents_content,
    documents_deliveries,
    documents_policies,
    documents_trust,
)


def joined(parts: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """All of them as one; ValueError if two contexts claim the same command or timer."""
    found: dict[K, V] = {}
    for part in parts:
        twice = found.keys() & part.keys()
        if twice:
            raise ValueError(f"claimed by two contexts: {sorted(map(str, twice))}")
        found.update(part)
    return found


_STORED: Final[list[Stored[Any]]] = [one for module in DOCUMENTS for one in module.MAPPINGS]
MAPPINGS: Final = Mappings(_STORED)
HANDLERS: Final[dict[type[Command], UseCase]] = joined(c.HANDLERS for c in CONTEXTS)
TARGETS: Final[dict[type[Command], TargetOf]] = joined(c.TARGETS for c in CONTEXTS)
TIMERS: Final[dict[str, TimerHandler]] = joined(c.TIMERS for c in CONTEXTS)
TOPICS: Final = tuple(topic for topic in Topic if topic.speaker == SERVICE)
PLAN: Final = ServicePlan(service=SERVICE, documents=[one.document for one in _STORED])

GROUPS: Final[tuple[tuple[Subscription, BatchHandler], ...]] = (
    (
        subscription(
            Group.WORKFLOW_ARRIVALS, [MentionArrived], uses_applied=consume_arrivals.USES_APPLIED
        ),
        consume_arrivals.arrivals_handler(),
    ),
    (
        subscription(Group.WORKFLOW_CONNECTIONS, [ChannelConnected, ChannelHealthChanged]),
        consume_connections.connections_handler(),
    ),
)
"""Every durable group of workflow, with what it does."""


@dataclass(frozen=True)
class Parts:
    """What every process of workflow is built from."""

    settings: WorkflowSettings
    factory: WorkFactory

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        self.factory.client.admin.command("ping", maxTimeMS=1000)

    def close(self) -> None:
        """Let go of the database."""
        self.factory.client.close()


def open_parts(settings: WorkflowSettings) -> Parts:
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


def scope_of(command: Command, actor: Actor) -> str:
    """The organization of an order: the actor's own, except for those from outside of all of them.

    An operator's new organization is its own scope; readers of facts speak about any organization.
    """
    match command:
        case CreateOrganization() if actor.kind is ActorKind.OPERATOR:
            return organization_id(derived, command.slug)
        case ResendFacts() if actor.kind is ActorKind.SERVICE:
            return command.org_id
        case ReportProgress() if actor.kind is ActorKind.SERVICE:
            return INSTALLATION
    if actor.org_id is None:
        raise Refusal(RefusalCode.ORGANIZATION_NEEDED, "Choose an organization first.")
    return actor.org_id


def command_bus(factory: WorkFactory) -> CommandBus:
    """Every command of workflow, authorized inside its own transaction."""
    progress = SpeakerProgress(factory.database)
    outbox = OutboxSource(factory.database, TOPICS)
    return CommandBus(
        SERVICE,
        factory,
        {**HANDLERS, **flow_handlers(progress, outbox)},
        authorize=Authorizer(TARGETS),
        scope_of=scope_of,
    )


def web_app(parts: Parts) -> Flask:
    """POST /commands/<Name>, for holders of an internal token."""
    health = Health()
    health.probe("mongodb", parts.ping)
    verifier = InternalVerifier(parts.settings.token_key, SERVICE)
    return create_app(
        SERVICE,
        blueprints=[command_blueprint(command_bus(parts.factory), verifier)],
        health=health,
        registry=new_registry(),
    )


@dataclass(frozen=True)
class LoopParts:
    """What the loops of a process without an API are built from."""

    parts: Parts
    broker: Broker
    metrics: Metrics


LoopsOf = Callable[[LoopParts], Sequence[Loop]]


def worker_loops(given: LoopParts) -> list[Loop]:
    """The consumers and the timers; any number of workers may run."""
    factory = given.parts.factory
    consumers = [_consumer(given, subscribed, handler) for subscribed, handler in GROUPS]
    return [*consumers, TimerLoop(factory, TIMERS, factory.clock, metrics=given.metrics)]


def relay_loops(given: LoopParts) -> list[Loop]:
    """The way from the outbox to the broker, and the audit log's into its chains.

    Leases let one of several such processes work at a time.
    """
    factory = given.parts.factory
    owner, leases = factory.ids.new(), LeaseStore(factory.database)
    relay = Relay(
        RelaySettings(
            service=SERVICE, owner=owner, rotate_after=given.parts.settings.rotate_after or 0
        ),
        OutboxSource(factory.database, TOPICS),
        RelayParts(
            broker=given.broker,
            leases=leases,
            progress=SpeakerProgress(factory.database),
            clock=factory.clock,
            metrics=given.metrics,
        ),
    )
    purge = OutboxPurge(factory.database, TOPICS, clock=factory.clock, metrics=given.metrics)
    return [
        relay,
        purge,
        Sealer(_sealer_parts(given, owner), leases, factory.clock, metrics=given.metrics),
    ]


def _sealer_parts(given: LoopParts, owner: str) -> SealerParts:
    factory = given.parts.factory
    return SealerParts(
        client=factory.client,
        database=factory.database,
        service=SERVICE,
        owner=owner,
        key=signing_key(given.parts.settings.audit_key),
    )


def run_loops(settings: WorkflowSettings, offset: int, loops_of: LoopsOf) -> int:
    """Run until told to stop; the exit code. ``offset``: the process's place in the port block."""
    registry, health = new_registry(), Health()
    metrics = Metrics((*CHASSIS_METRICS, *METRICS), registry)
    parts, broker = open_parts(settings), kafka_broker(settings)
    health.probe("mongodb", parts.ping)
    port = settings.ops_port or settings.port + offset
    ops = serve_ops(port, health, registry, host=settings.ops_host)
    try:
        loops = loops_of(LoopParts(parts=parts, broker=broker, metrics=metrics))
        return Runner(loops, health, metrics=metrics).run()
    finally:
        ops.close()
        broker.close()
        parts.close()


def kafka_broker(settings: WorkflowSettings) -> KafkaBroker:
    """The way to the broker; connects when it is first used."""
    return KafkaBroker(
        KafkaSettings(
            bootstrap=",".join(settings.kafka_bootstrap),
            namespace=settings.namespace,
            session_ms=settings.kafka_session_ms,
        )
    )


def _consumer(given: LoopParts, subscribed: Subscription, handler: BatchHandler) -> DurableConsumer:
    factory = given.parts.factory
    parts = ConsumerParts(
        broker=given.broker,
        factory=factory,
        ledger=mongo_ledger(subscribed.group),
        tell=_tell(given, Topic(subscribed.topic).speaker),
        clock=factory.clock,
        metrics=given.metrics,
    )
    return DurableConsumer(subscribed, handler, parts)


def _tell(given: LoopParts, speaker: str) -> Tell:
    """Progress reports and requests to send again, to whoever speaks on the topic."""
    settings = given.parts.settings
    client = CommandClient(
        {"ingest": settings.ingest_url},
        InternalSigner(settings.token_key, given.parts.factory.clock),
        metrics=given.metrics,
    )

    def tell(command: Command) -> None:
        client.send(command, service_actor(SERVICE), to=speaker)

    return tell
