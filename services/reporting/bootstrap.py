"""Builds the process of reporting and the rebuild; hands real parts to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from chassis import process
from chassis.command_client import CommandClient
from chassis.consumer.settings import subscription
from chassis.http.tokens import InternalSigner
from chassis.loops import Loop
from chassis.mongo.factory import WorkFactory
from chassis.mongo.mapping import Mappings
from chassis.prepare import ServicePlan, check_prepared
from chassis.process import Assembly, Process, open_factory
from chassis.tenancy.crossing import Crossing, cross
from contracts.topics import SUBSCRIPTIONS
from services.reporting.adapters.collections import COLLECTIONS, FACT_LOG
from services.reporting.adapters.mongo_build import begin
from services.reporting.adapters.mongo_folds import mongo_folds
from services.reporting.application.fold_facts import folding
from services.reporting.application.rebuild import Rebuilt
from services.reporting.application.rebuild import rebuild as rebuild_one
from services.reporting.metrics import METRICS
from services.reporting.settings import ReportingSettings

SERVICE: Final = "reporting"
MAPPINGS: Final = Mappings([])
PLAN: Final = ServicePlan(service=SERVICE, collections=COLLECTIONS)
GROUPS: Final = tuple(group for group in SUBSCRIPTIONS if group.reader == SERVICE)
"""Each reads every type of fact of its topic: the log keeps them all."""


def work_factory(mongo_uri: str, namespace: str) -> WorkFactory:
    """Transactions in reporting's database."""
    return process.work_factory(SERVICE, MAPPINGS, mongo_uri=mongo_uri, namespace=namespace)


def worker_loops(made: Assembly) -> list[Loop]:
    """The three groups; any number of workers may run."""
    signer = InternalSigner(made.settings.token_key, made.factory.clock)
    client = CommandClient({"workflow": made.settings.workflow_url}, signer, metrics=made.metrics)
    return [made.consumer(subscription(group), folding(mongo_folds), client) for group in GROUPS]


def run_worker(settings: ReportingSettings, offset: int) -> int:
    """Run until told to stop; the exit code. ``offset``: the process's place in the port block."""
    return Process(settings, offset, METRICS).run(
        lambda: open_factory(settings, MAPPINGS, PLAN), worker_loops
    )


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
