"""Builds the processes of workflow: adds the contexts up and hands real parts to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, TypeVar

from flask import Flask

from chassis import process
from chassis.command_client import CommandClient
from chassis.commands import INSTALLATION, CommandBus
from chassis.consumer.settings import Subscription, subscription
from chassis.errors import Refusal, RefusalCode
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.commands import command_blueprint
from chassis.http.tokens import InternalSigner, InternalVerifier
from chassis.ids import derived
from chassis.loops import Loop
from chassis.metrics import Metrics, new_registry
from chassis.mongo.factory import WorkFactory
from chassis.mongo.mapping import Mapping as Stored
from chassis.mongo.mapping import Mappings
from chassis.outbox.handlers import flow_handlers
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.source import OutboxSource
from chassis.ports import Actor, ActorKind, BatchHandler, TimerHandler, UseCase
from chassis.prepare import ServicePlan
from chassis.process import Assembly, Process, open_factory
from chassis.timers import TimerLoop
from contracts.commands import Command
from contracts.flow import ReportProgress, ResendFacts
from contracts.ingest import ChannelConnected, ChannelHealthChanged, MentionArrived
from contracts.topics import Group, Topic
from contracts.workflow.organizations import CreateOrganization
from services.workflow.adapters import (
    consume_arrivals,
    consume_connections,
    documents_calendar,
    documents_channels,
    documents_content,
    documents_conversations,
    documents_corrections,
    documents_deliveries,
    documents_media,
    documents_organizations,
    documents_people,
    documents_policies,
    documents_review,
    documents_trust,
)
from services.workflow.adapters.lateness import LatenessBus
from services.workflow.application import (
    channels,
    content,
    conversations,
    corrections,
    deliveries,
    media,
    organizations,
    people,
    policies,
    trust,
)
from services.workflow.application.calendar import orders as calendar
from services.workflow.application.governance.authorize import Authorizer
from services.workflow.application.governance.target import TargetOf
from services.workflow.application.organizations.create_organization import organization_id
from services.workflow.domain.policies.judging import warm_up
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
    media,
    trust,
    policies,
    calendar,
    corrections,
)
DOCUMENTS: Final[tuple[ModuleType, ...]] = (
    documents_organizations,
    documents_people,
    documents_channels,
    documents_conversations,
    documents_content,
    documents_review,
    documents_deliveries,
    documents_media,
    documents_policies,
    documents_trust,
    documents_calendar,
    documents_corrections,
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
        process.ping(self.factory)

    def close(self) -> None:
        """Let go of the database."""
        self.factory.client.close()


def open_parts(settings: WorkflowSettings) -> Parts:
    """Connect; BadSettings if the database was not prepared for this code."""
    return Parts(settings=settings, factory=open_factory(settings, MAPPINGS, PLAN))


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
    warm_up()
    verifier, found = InternalVerifier(parts.settings.token_key, SERVICE), new_registry()
    bus = LatenessBus(command_bus(parts.factory), parts.factory, Metrics(METRICS, found))
    return create_app(
        SERVICE,
        blueprints=[command_blueprint(bus, verifier)],
        health=health,
        registry=found,
    )


def worker_loops(made: Assembly) -> list[Loop]:
    """The consumers and the timers; any number of workers may run."""
    factory = made.factory
    signer = InternalSigner(made.settings.token_key, factory.clock)
    client = CommandClient({"ingest": made.settings.ingest_url}, signer, metrics=made.metrics)
    consumers = [made.consumer(subscribed, handler, client) for subscribed, handler in GROUPS]
    return [*consumers, TimerLoop(factory, TIMERS, factory.clock, metrics=made.metrics)]


def relay_loops(made: Assembly) -> list[Loop]:
    """The way from the outbox to the broker, and the audit log's into its chains."""
    return made.relaying([OutboxSource(made.factory.database, TOPICS)], TOPICS)


def run_loops(
    settings: WorkflowSettings, offset: int, loops_of: Callable[[Assembly], Sequence[Loop]]
) -> int:
    """Run until told to stop; the exit code. ``offset``: the process's place in the port block."""
    return Process(settings, offset, METRICS).run(lambda: open_parts(settings).factory, loops_of)
