"""Conversations on the real database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient, monitoring

from chassis.clock import FixedClock
from chassis.ids import SystemIds
from chassis.mongo.client import database_name
from chassis.mongo.factory import WorkFactory
from chassis.prepare import ServicePlan, prepare_database
from services.workflow.adapters.consume_arrivals import MongoThreads, recognize_deliveries
from services.workflow.bootstrap import MAPPINGS
from tests.unit.workflow_conversations.builders import NOW, Desk

PLAN = ServicePlan(service="workflow", documents=[mapping.document for mapping in MAPPINGS])


class Calls(monitoring.CommandListener):
    """The commands that went to the database."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Note its name."""
        self.names.append(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """It was noted when it started."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """It was noted when it started."""


@pytest.fixture
def calls() -> Calls:
    """What the desk asks of the database."""
    return Calls()


@pytest.fixture
def desk(mongo_uri: str, namespace: str, calls: Calls) -> Iterator[Desk]:
    """A prepared desk over MongoDB, with mentions in bulk; rules are left to the test."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        mongo_uri, tz_aware=True, event_listeners=[calls]
    )
    name = database_name(namespace, "workflow")
    prepare_database(client[name], PLAN)
    clock = FixedClock(NOW)
    factory = WorkFactory(
        client=client,
        database_name=name,
        mappings=MAPPINGS,
        clock=clock,
        ids=SystemIds(clock),
        service="workflow",
    )
    yield Desk(factory, clock=clock, threads=MongoThreads(), recognize=recognize_deliveries)
    client.close()
