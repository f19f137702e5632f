"""Workflow's registry on the real database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chassis.clock import SystemClock
from chassis.ids import SystemIds
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory
from chassis.prepare import prepare_database
from services.workflow.bootstrap import MAPPINGS, PLAN
from tests.unit.workflow_organizations.office import AnyOffice


@pytest.fixture
def factory(mongo_uri: str, namespace: str) -> Iterator[WorkFactory]:
    """Units of work on a prepared database."""
    client = connect(mongo_uri, app_name="test")
    name = database_name(namespace, "workflow")
    prepare_database(client[name], PLAN)
    clock = SystemClock()
    yield WorkFactory(
        client=client,
        database_name=name,
        mappings=MAPPINGS,
        clock=clock,
        ids=SystemIds(clock),
        service="workflow",
    )
    client.close()


@pytest.fixture
def office(factory: WorkFactory) -> AnyOffice:
    """An organization with its first admin."""
    return AnyOffice(factory=factory)
