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

from chassis import process
from chassis.blobs import MEDIA_FOLDER, FolderBlobs
from chassis.command_client import CommandClient
from chassis.commands import INSTALLATION, CommandBus
from chassis.consumer.settings import Subscription, subscription
from chassis.errors import Refusal, RefusalCode
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.commands import command_blueprint
from chassis.http.tokens import InternalSigner, InternalVerifier
from chassis.loops import Loop
from chassis.metric_defs import CHASSIS_METRICS
from chassis.metrics import Metrics, new_registry
from chassis.mongo.factory import WorkFactory, service_actor
from chassis.mongo.mapping import Mappings
from chassis.outbound import OutboundClient
from chassis.outbox.handlers import flow_handlers
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.source import OutboxSource
from chassis.ports import Actor, ActorKind, BatchHandler, UseCase, Work
from chassis.prepare import ServicePlan
from chassis.process import Assembly, Process, open_factory
from contracts.commands import Command
from contracts.flow import ResendFacts
from contracts.ingest import ConnectChannel, DisconnectChannel
from contracts.topics import Group, Topic
from contracts.workflow.channels import ChannelStateChanged
from contracts.workflow.deliveries import DeliveryDue
from contracts.workflow.policies import EvidenceWanted
from services.ingest.adapters import arrivals, links, turns
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
from services.ingest.application.looking.look_at_link import Looker
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
    collections={**arrivals.INDEXES, **turns.INDEXES, **links.INDEXES},
)


@dataclass(frozen=True)
class Parts:
    """What every process of ingest is built from."""

    settings: IngestSettings
    factory: WorkFactory

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        process.ping(self.factory)

    def close(self) -> None:
        """Let go of the database."""
        self.factory.client.close()


@dataclass(frozen=True)
class LoopParts:
    """What the loops of a process without an API are built from."""

    parts: Parts
    made: Assembly
    at: At = nowhere

    @property
    def metrics(self) -> Metrics:
        """Where its loops count."""
        return self.made.metrics

    @property
    def factory(self) -> WorkFactory:
        """The units of work."""
        return self.parts.factory

    def consumer(self, subscribed: Subscription, handler: BatchHandler) -> Loop:
        """A durable group of a topic of workflow's."""
        return self.made.consumer(subscribed, handler, workflow_client(self.parts, self.metrics))


LoopsOf = Callable[[LoopParts], Sequence[Loop]]


def open_parts(settings: IngestSettings) -> Parts:
    """Connect; BadSettings if the database was not prepared for this code."""
    return Parts(settings=settings, factory=open_factory(settings, MAPPINGS, PLAN))


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
    return [*pollers, given.consumer(subscribed, registry_follower(queue)), *looking_loops(given)]


LOOKERS: Final = 4
"""Links looked at once by a worker."""


def looking_loops(given: LoopParts) -> list[Loop]:
    """Lookers at links, and the consumer of what checks want to have seen."""
    settings, factory = given.parts.settings, given.factory
    lookups = links.MongoLookups(factory.database, factory.clock)
    http = OutboundClient(settings.outbound_allow, factory.clock, metrics=given.metrics)
    looker = Looker(
        eyes=links.GuardedEyes(http, given.metrics),
        workflow=workflow_client(given.parts, given.metrics),
        lookups=lookups,
        clock=factory.clock,
        actor=service_in,
    )
    owner = factory.ids.new()
    lookers: list[Loop] = [
        links.LookerLoop(f"looker {n}", f"{owner}/{n}", lookups, looker) for n in range(LOOKERS)
    ]
    subscribed = subscription(Group.INGEST_POLICIES, [EvidenceWanted])
    return [*lookers, given.consumer(subscribed, links.evidence_handler(factory.clock))]


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
    return [*senders, given.consumer(subscribed, wake_handler(factory.clock))]


def _publisher(given: LoopParts, queue: MongoWakes, owner: str) -> Publisher:
    settings, factory = given.parts.settings, given.factory
    return Publisher(
        connectors=all_connectors(),
        outbound=leased_outbound(settings.outbound_allow, given.metrics, given.at),
        cipher=AesGcmCipher(settings.master_key),
        units=factory,
        workflow=workflow_client(given.parts, given.metrics),
        wakes=queue,
        files=FolderBlobs(settings.home / MEDIA_FOLDER),
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
    """Arrivals and facts on their way to the broker."""
    database = given.factory.database
    outbox = [topic.value for topic in OUTBOX_TOPICS]
    return given.made.relaying([arrivals_source(database), OutboxSource(database, outbox)], outbox)


def run_loops(settings: IngestSettings, offset: int, loops_of: LoopsOf, *, at: At = nowhere) -> int:
    """Run until told to stop; the exit code. ``offset``: the process's place in the port block."""

    def loops(made: Assembly) -> Sequence[Loop]:
        return loops_of(LoopParts(Parts(settings, made.factory), made, at))

    return Process(settings, offset, METRICS).run(lambda: open_parts(settings).factory, loops)
