"""Builds the process of reporting and the rebuild; hands real parts to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from chassis import tracing
from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Broker
from chassis.clock import SystemClock
from chassis.command_client import CommandClient
from chassis.consumer.consumer import DurableConsumer
from chassis.consumer.mongo_ledger import mongo_ledger
from chassis.consumer.ports import ConsumerParts, Tell
from chassis.consumer.settings import subscription
from chassis.health import Health
from chassis.http.ops import serve_ops
from chassis.http.tokens import InternalSigner
from chassis.ids import SystemIds
from chassis.loops import Loop, Runner
from chassis.metric_defs import CHASSIS_METRICS
from chassis.metrics import Metrics, new_registry
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory, service_actor
from chassis.mongo.mapping import Mappings
from chassis.prepare import ServicePlan, check_prepared
from chassis.tenancy.crossing import Crossing, cross
from contracts.commands import Command
from contracts.topics import SUBSCRIPTIONS, Group
from services.reporting.adapters.collections import COLLECTIONS, FACT_LOG
from services.reporting.adapters.mongo_build import begin
from services.reporting.adapters.mongo_folds import mongo_folds
from services.reporting.application.fold_facts import folding
from services.reporting.application.rebuild import Rebuilt
from services.reporting.application.rebuild import rebuild as rebuild_one
from services.reporting.metrics import METRICS
from services.reporting.settings import ReportingSettings

SERVICE: Final = "reporting"
PLAN: Final = ServicePlan(service=SERVICE, collections=COLLECTIONS)
GROUPS: Final = tuple(group for group in SUBSCRIPTIONS if group.reader == SERVICE)
"""Each reads every type of fact of its topic: the log keeps them all."""


@dataclass(frozen=True)
class Parts:
    """What the loops are built from."""

    settings: ReportingSettings
    factory: WorkFactory
    broker: Broker
    metrics: Metrics


def open_factory(settings: ReportingSettings) -> WorkFactory:
    """Connect; BadSettings if the database was not prepared for this code."""
    factory = work_factory(settings.mongo_uri, settings.namespace)
    check_prepared(factory.database, PLAN)
    return factory


def work_factory(mongo_uri: str, namespace: str) -> WorkFactory:
    """Transactions in reporting's database."""
    clock = SystemClock()
    return WorkFactory(
        client=connect(mongo_uri, app_name=f"rostrum-{SERVICE}"),
        database_name=database_name(namespace, SERVICE),
        mappings=Mappings([]),
        clock=clock,
        ids=SystemIds(clock),
        service=SERVICE,
        trace=tracing.current,
    )


def worker_loops(parts: Parts) -> list[Loop]:
    """The three groups; any number of workers may run."""
    return [_consumer(parts, group) for group in GROUPS]


def run_worker(settings: ReportingSettings, offset: int) -> int:
    """Run until told to stop; the exit code. ``offset``: the process's place in the port block."""
    registry, health = new_registry(), Health()
    factory, broker = open_factory(settings), kafka_broker(settings)
    metrics = Metrics((*CHASSIS_METRICS, *METRICS), registry)
    health.probe("mongodb", lambda: _ping(factory))
    port = settings.ops_port or settings.port + offset
    ops = serve_ops(port, health, registry, host=settings.ops_host)
    try:
        return Runner(
            worker_loops(Parts(settings, factory, broker, metrics)), health, metrics=metrics
        ).run()
    finally:
        ops.close()
        broker.close()
        factory.client.close()


def rebuild(
    mongo_uri: str, namespace: str, organizations: Sequence[str] | None = None
) -> Iterator[Rebuilt]:
    """Fold everything again from the log while facts go on coming, one organization at a time.

    ``organizations``: their ids; None: all of them. Raises BadSettings if the database is not
    prepared, Unavailable if it is out of reach, Conflict if another rebuild overtook this one.
    """
    with _opened(mongo_uri, namespace) as factory:
        for org_id in organizations or logged_organizations(factory):
            yield rebuild_one(org_id, begin(factory, org_id))


def logged_organizations(factory: WorkFactory) -> list[str]:
    """Every organization of which there is a fact."""
    return sorted(cross(factory.database, Crossing.FOLD, FACT_LOG).distinct("org_id"))


@contextmanager
def _opened(mongo_uri: str, namespace: str) -> Iterator[WorkFactory]:
    factory = work_factory(mongo_uri, namespace)
    try:
        check_prepared(factory.database, PLAN)
        yield factory
    finally:
        factory.client.close()


def kafka_broker(settings: ReportingSettings) -> KafkaBroker:
    """The way to the broker; connects when it is first used."""
    return KafkaBroker(
        KafkaSettings(
            bootstrap=",".join(settings.kafka_bootstrap),
            namespace=settings.namespace,
            session_ms=settings.kafka_session_ms,
        )
    )


def _consumer(parts: Parts, group: Group) -> DurableConsumer:
    subscribed = subscription(group)
    given = ConsumerParts(
        broker=parts.broker,
        factory=parts.factory,
        ledger=mongo_ledger(subscribed.group),
        tell=_tell(parts, SUBSCRIPTIONS[group].speaker),
        clock=parts.factory.clock,
        metrics=parts.metrics,
    )
    return DurableConsumer(subscribed, folding(mongo_folds), given)


def _tell(parts: Parts, speaker: str) -> Tell:
    """Progress reports and requests to send again, to whoever speaks on the topic."""
    settings = parts.settings
    client = CommandClient(
        {"workflow": settings.workflow_url},
        InternalSigner(settings.token_key, parts.factory.clock),
        metrics=parts.metrics,
    )

    def tell(command: Command) -> None:
        client.send(command, service_actor(SERVICE), to=speaker)

    return tell


def _ping(factory: WorkFactory) -> None:
    factory.client.admin.command("ping", maxTimeMS=1000)
