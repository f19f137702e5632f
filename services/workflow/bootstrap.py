"""Builds the processes of workflow: adds the contexts up and hands real parts to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, TypeVar

from flask import Flask

from chassis import tracing
from chassis.clock import SystemClock
from chassis.commands import INSTALLATION, CommandBus
from chassis.errors import Refusal, RefusalCode
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.commands import command_blueprint
from chassis.http.tokens import InternalVerifier
from chassis.ids import SystemIds, derived
from chassis.metrics import new_registry
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory
from chassis.mongo.mapping import Mapping as Stored
from chassis.mongo.mapping import Mappings
from chassis.outbox.handlers import flow_handlers
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.source import OutboxSource
from chassis.ports import Actor, ActorKind, TimerHandler, UseCase
from chassis.prepare import ServicePlan, check_prepared
from contracts.commands import Command
from contracts.flow import ReportProgress, ResendFacts
from contracts.topics import Topic
from contracts.workflow.organizations import CreateOrganization
from services.workflow.adapters import (
    documents_channels,
    documents_organizations,
    documents_people,
)
from services.workflow.application import channels, organizations, people
from services.workflow.application.governance.authorize import Authorizer
from services.workflow.application.governance.target import TargetOf
from services.workflow.application.organizations.create_organization import organization_id
from services.workflow.settings import WorkflowSettings

SERVICE: Final = "workflow"
K = TypeVar("K")
V = TypeVar("V")

CONTEXTS: Final[tuple[ModuleType, ...]] = (organizations, people, channels)
DOCUMENTS: Final[tuple[ModuleType, ...]] = (
    documents_organizations,
    documents_people,
    documents_channels,
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
