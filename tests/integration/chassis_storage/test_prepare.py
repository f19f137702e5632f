"""Preparation of databases and what each service's user may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import IndexModel, MongoClient

from chassis.errors import BadSettings
from chassis.layout import STANDARD
from chassis.mongo.client import connect, database_name, guarded_database
from chassis.prepare import Migration, ServicePlan, check_prepared, prepare
from tests.support.storage import PLAN, SERVICE, ThingDocument

Client = MongoClient[dict[str, Any]]


@pytest.fixture
def client(mongo_uri: str) -> Iterator[Client]:
    with connect(mongo_uri, app_name="tests") as client:
        yield client


def test_every_collection_and_index_is_made_and_a_second_run_changes_nothing(
    client: Client, namespace: str
) -> None:
    database = client[database_name(namespace, SERVICE)]
    seen = []
    for _ in range(2):
        prepare(client, namespace, [PLAN])
        names = sorted(database.list_collection_names())
        indexes = {name: database[name].index_information() for name in names}
        seen.append(indexes)
    assert seen[0] == seen[1]
    assert set(seen[0]) == {*STANDARD, "things"}
    assert seen[0]["outbox"]["place"]["unique"]
    assert seen[0]["idempotency"]["expiry"]["expireAfterSeconds"] == 48 * 3600
    assert [key for key in seen[0]["things"] if "name" in key]


def test_other_collections_come_with_their_indexes(client: Client, namespace: str) -> None:
    plan = ServicePlan("reporting", collections={"days": [IndexModel([("org_id", 1), ("day", 1)])]})
    prepare(client, namespace, [plan])
    found = client[database_name(namespace, "reporting")]["days"].index_information()
    assert "org_id_1_day_1" in found


def test_a_process_stops_with_a_sentence_until_its_database_is_prepared(
    client: Client, namespace: str
) -> None:
    database = guarded_database(client, database_name(namespace, SERVICE))
    with pytest.raises(BadSettings, match="run `rostrum prepare` first"):
        check_prepared(database, PLAN)
    prepare(client, namespace, [PLAN])
    check_prepared(database, PLAN)
    newer = ServicePlan(SERVICE, migrations=[Migration("0001", lambda _: None)])
    with pytest.raises(BadSettings, match="version 1 of storage, this code needs 2"):
        check_prepared(database, newer)


def test_a_migration_runs_once_and_old_code_does_not_take_it_back(
    client: Client, namespace: str
) -> None:
    runs: list[str] = []
    steps = [Migration("0001", lambda d: runs.append(d.name))]
    plan = ServicePlan(SERVICE, [ThingDocument], migrations=steps)
    for wanted in (plan, plan, PLAN):
        prepare(client, namespace, [wanted])
    assert runs == [database_name(namespace, SERVICE)]
    check_prepared(guarded_database(client, database_name(namespace, SERVICE)), plan)
