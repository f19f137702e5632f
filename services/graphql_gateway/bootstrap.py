"""Builds the processes of the gateway and hands real parts to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from flask import Flask

from chassis import process
from chassis.blobs import MEDIA_FOLDER, FolderBlobs
from chassis.broker.kafka import KafkaBroker
from chassis.command_client import CommandClient
from chassis.consumer.settings import subscription
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.tokens import InternalSigner
from chassis.ids import derived
from chassis.loops import Loop
from chassis.metrics import Metrics, new_registry
from chassis.mongo.client import database_name, guarded_database
from chassis.mongo.factory import WorkFactory
from chassis.ports import Actor
from chassis.prepare import ServicePlan
from chassis.process import Assembly, Process, kafka_broker, open_factory
from chassis.settings import Mode
from contracts.commands import Answer, Command
from contracts.topics import Group
from contracts.workflow.media import AddMedia, MediaAnswer
from contracts.workflow.organizations import PersonAdded, PersonDeactivated
from services.graphql_gateway.adapters import images
from services.graphql_gateway.adapters.calendar_feed import StoredFeeds
from services.graphql_gateway.adapters.documents import DOCUMENTS, MAPPINGS
from services.graphql_gateway.adapters.feed_rows import ViewFeedRows
from services.graphql_gateway.adapters.guests import Guests, SigningSender
from services.graphql_gateway.adapters.http import accept, auth, calendar, graphiql, ledger, review
from services.graphql_gateway.adapters.http.graphql import GraphqlDoor, graphql_blueprint
from services.graphql_gateway.adapters.http.media import MediaDoor, media_blueprint
from services.graphql_gateway.adapters.http.stream import StreamDoor, stream_blueprint
from services.graphql_gateway.adapters.keys import StoredKeys
from services.graphql_gateway.adapters.live_reader import LiveReader
from services.graphql_gateway.adapters.people import ViewPeople
from services.graphql_gateway.adapters.public_ledger import ViewLedger
from services.graphql_gateway.adapters.reader import MongoReader
from services.graphql_gateway.adapters.secrets import (
    Argon2Passwords,
    JwtAccessTokens,
    RandomSecrets,
)
from services.graphql_gateway.adapters.sender import BoundedSender, OwnCommands, RoutingSender
from services.graphql_gateway.adapters.throttle import FailureThrottle
from services.graphql_gateway.application.feeds.read_feed import FeedDesk
from services.graphql_gateway.application.identity.apply_people import apply_people
from services.graphql_gateway.application.identity.authenticate import Authenticator
from services.graphql_gateway.application.live import Hub
from services.graphql_gateway.application.media.keep_media import MediaDesk
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.application.public_ledger import PublicLedger
from services.graphql_gateway.application.viewers import Viewers
from services.graphql_gateway.domain.calendar_feed import CalendarFeed
from services.graphql_gateway.domain.credentials import ApiKey
from services.graphql_gateway.domain.guest_links import GuestLinks
from services.graphql_gateway.domain.media.kinds import MediaLimits
from services.graphql_gateway.execution.documents import Documents
from services.graphql_gateway.execution.engine import Engine
from services.graphql_gateway.execution.limits import Limits
from services.graphql_gateway.execution.mutations import CommandSender
from services.graphql_gateway.metrics import METRICS
from services.graphql_gateway.schema import areas, built
from services.graphql_gateway.settings import GatewaySettings

SERVICE: Final = "graphql_gateway"
OWNERS: Final = ("ingest", "workflow", "reporting", SERVICE)
PLAN: Final = ServicePlan(service=SERVICE, documents=DOCUMENTS)


@dataclass(frozen=True)
class Parts:
    """What every process of the gateway is built from; parts are made when first needed."""

    settings: GatewaySettings
    factory: WorkFactory

    @property
    def is_open(self) -> bool:
        """Whether doors for exploring stand open: in demo and test mode."""
        return self.settings.mode is not Mode.PRODUCTION

    @cached_property
    def reader(self) -> MongoReader:
        """The reader of all owners' views."""
        names = {owner: database_name(self.settings.namespace, owner) for owner in OWNERS}
        databases = {o: guarded_database(self.factory.client, n) for o, n in names.items()}
        return MongoReader(databases, max_time_ms=self.settings.read_ms)

    @cached_property
    def people(self) -> ViewPeople:
        """Grants, units, names of organizations."""
        return ViewPeople(self.reader)

    @cached_property
    def viewers(self) -> Viewers:
        """From actors to viewers."""
        return Viewers(self.people, self.factory.clock)

    @cached_property
    def identity(self) -> Identity:
        """What the use cases of sign-in are handed; for the command line too."""
        return identity_of(self.factory, self.settings.access_key, self.people)

    @cached_property
    def authenticator(self) -> Authenticator:
        """Who shows what."""
        return Authenticator(self.identity)

    @cached_property
    def limits(self) -> Limits:
        """Of one operation."""
        return Limits(cost=self.settings.largest_cost)

    @cached_property
    def sender(self) -> CommandSender:
        """The way of commands, at most half the threads wide."""
        signer = InternalSigner(self.settings.token_key, self.factory.clock)
        urls: Mapping[str, str] = {
            "workflow": self.settings.workflow_url,
            "ingest": self.settings.ingest_url,
        }
        own = OwnCommands(self.identity, self.viewers)
        routed = RoutingSender(own, CommandClient(urls, signer))
        return BoundedSender(SigningSender(routed, self.links), max(1, self.settings.threads // 2))

    @cached_property
    def links(self) -> GuestLinks:
        """Signs the links of guests."""
        return GuestLinks(self.settings.access_key)

    @cached_property
    def ledger(self) -> PublicLedger:
        """What anybody may read of corrections."""
        return ViewLedger(self.reader, partial(derived, "organization"))

    @cached_property
    def guests(self) -> Guests:
        """What somebody outside may see and say."""

        def tell(command: Command, actor: Actor, *, key: str) -> Answer:
            return self.sender.send(command, actor, key=key, alias="")

        return Guests(self.links, self.reader, tell, clock=self.factory.clock)

    @cached_property
    def feeds(self) -> FeedDesk:
        """What secret links to the calendar show."""
        stored = StoredFeeds(self.factory.database, MAPPINGS.of(CalendarFeed))
        rows = ViewFeedRows(self.reader, self.viewers, built()[0])
        return FeedDesk(stored, rows, self.factory.clock)

    @cached_property
    def engine(self) -> Engine:
        """The engine over the whole schema."""
        found, schema = built()
        return Engine(schema, found, reader=self.reader, sender=self.sender)

    @cached_property
    def broker(self) -> KafkaBroker:
        """The way to the broker."""
        return kafka_broker(self.settings)

    def documents(self, metrics: Metrics | None = None) -> Documents:
        """An empty document cache."""
        return Documents(self.engine.schema, self.limits, is_open=self.is_open, metrics=metrics)

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        process.ping(self.factory)

    def close(self) -> None:
        """Let go of the database."""
        self.factory.client.close()


def identity_of(factory: WorkFactory, access_key: str, people: ViewPeople) -> Identity:
    """The use cases' world over one database of the gateway."""
    keys = StoredKeys(factory.database, MAPPINGS.of(ApiKey), factory.clock)
    return Identity(
        units=factory,
        clock=factory.clock,
        ids=factory.ids,
        passwords=Argon2Passwords(),
        secrets=RandomSecrets(),
        tokens=JwtAccessTokens(access_key, factory.clock),
        throttle=FailureThrottle(),
        organizations=people,
        keys=keys,
    )


def open_parts(settings: GatewaySettings) -> Parts:
    """Connect; BadSettings if the database was not prepared for this code."""
    return Parts(settings, open_factory(settings, MAPPINGS, PLAN))


def work_factory(mongo_uri: str, namespace: str) -> WorkFactory:
    """Units of work over the gateway's own database."""
    return process.work_factory(SERVICE, MAPPINGS, mongo_uri=mongo_uri, namespace=namespace)


@contextmanager
def identity_in(mongo_uri: str, namespace: str, access_key: str) -> Iterator[Identity]:
    """The use cases of sign-in for who has a database and no process: the command line."""
    factory = work_factory(mongo_uri, namespace)
    databases = {
        owner: guarded_database(factory.client, database_name(namespace, owner)) for owner in OWNERS
    }
    try:
        people = ViewPeople(MongoReader(databases, max_time_ms=5_000))
        yield identity_of(factory, access_key, people)
    finally:
        factory.client.close()


def web_app(parts: Parts) -> Flask:
    """GraphQL, sign-in and, in demo mode, GraphiQL."""
    health, found = Health(), new_registry()
    health.probe("mongodb", parts.ping)
    authenticate = parts.authenticator.actor
    metrics = Metrics(METRICS, found)
    door = graphql_door(parts, metrics)
    # A stream holds a thread of this process; gateway-live is made for them.
    streams = stream_door(parts, door, health, most=max(1, parts.settings.threads // 4))
    blueprints = [
        graphql_blueprint(door, streams.respond),
        auth.auth_blueprint(parts.identity, authenticate),
        accept.accept_blueprint(),
        media_blueprint(media_door(parts, metrics)),
        review.review_blueprint(parts.guests),
        calendar.calendar_blueprint(parts.feeds),
        ledger.ledger_blueprint(parts.ledger),
    ]
    public = {*auth.PUBLIC_ROUTES, *accept.PUBLIC_ROUTES, *review.PUBLIC_ROUTES}
    public |= set(calendar.PUBLIC_ROUTES)
    public |= set(ledger.PUBLIC_ROUTES)
    if parts.is_open:
        blueprints.append(graphiql.graphiql_blueprint())
        public |= set(graphiql.PUBLIC_ROUTES)
    return create_app(
        SERVICE, blueprints=blueprints, health=health, registry=found, public_routes=public
    )


def media_door(parts: Parts, metrics: Metrics) -> MediaDoor:
    """What /media is handed; an eighth of the threads may hold a file at a time."""
    told = parts.settings

    def tell(order: AddMedia, actor: Actor) -> MediaAnswer:
        # A key of its own each time: giving the order twice is harmless, keeping a refusal is not.
        answer = parts.sender.send(order, actor, key=parts.factory.ids.new(), alias="media")
        assert isinstance(answer, MediaAnswer)
        return answer

    limits = MediaLimits(
        image_bytes=told.image_bytes,
        video_bytes=told.video_bytes,
        captions_bytes=told.captions_bytes,
        pixels=told.image_pixels,
    )
    return MediaDoor(
        desk=MediaDesk(FolderBlobs(told.home / MEDIA_FOLDER), images.clean, tell, limits),
        reader=parts.reader,
        viewers=parts.viewers,
        authenticate=parts.authenticator.actor,
        metrics=metrics,
        places=threading.BoundedSemaphore(max(1, told.threads // 8)),
    )


def live_app(parts: Parts) -> Flask:
    """Subscriptions over server-sent events."""
    health, found = Health(), new_registry()
    health.probe("mongodb", parts.ping)
    door = graphql_door(parts, Metrics(METRICS, found))
    streams = stream_door(parts, door, health, most=parts.settings.streams)
    return create_app(
        SERVICE, blueprints=[stream_blueprint(streams)], health=health, registry=found
    )


def stream_door(parts: Parts, door: GraphqlDoor, health: Health, *, most: int) -> StreamDoor:
    """What subscriptions are handed; the reader begins with the first subscriber."""
    hub = Hub(most)
    topics = sorted({each.topic for each in areas().subscriptions.values()})
    return StreamDoor(
        door=door,
        hub=hub,
        reader=LiveReader(parts.broker, topics, hub),
        health=health,
        monotonic=parts.factory.clock.monotonic,
    )


def graphql_door(parts: Parts, metrics: Metrics) -> GraphqlDoor:
    """What /graphql is handed."""
    return GraphqlDoor(
        engine=parts.engine,
        documents=parts.documents(metrics),
        limits=parts.limits,
        viewers=parts.viewers,
        authenticate=parts.authenticator.actor,
        new_key=parts.factory.ids.new,
        metrics=metrics,
        is_open=parts.is_open,
    )


def worker_loops(made: Assembly) -> list[Loop]:
    """Answers new members with invitations, ends what members who left held, seals the audit log."""
    signer = InternalSigner(made.settings.token_key, made.factory.clock)
    client = CommandClient({"workflow": made.settings.workflow_url}, signer, metrics=made.metrics)
    subscribed = subscription(Group.GATEWAY_ORGANIZATIONS, [PersonAdded, PersonDeactivated])
    owner = made.factory.ids.new()
    return [made.consumer(subscribed, apply_people, client), made.sealer(owner)]


def run_worker(settings: GatewaySettings, offset: int) -> int:
    """Run until told to stop; the exit code. ``offset``: the process's place in the port block."""
    return Process(settings, offset).run(
        lambda: open_factory(settings, MAPPINGS, PLAN), worker_loops
    )
