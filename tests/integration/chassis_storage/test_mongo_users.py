"""A service's database user writes its own database and no other (rules 1 and 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from pymongo.uri_parser import parse_uri

from chassis.mongo.client import connect, database_name
from chassis.mongo.users import user_name
from chassis.prepare import ServicePlan, prepare
from contracts.views import VIEWS

Client = MongoClient[dict[str, Any]]
SERVICES = ("ingest", "workflow", "reporting", "graphql_gateway")
UNAUTHORIZED = 13


def _plan(service: str) -> ServicePlan:
    named = [collection for owner, collection in VIEWS if owner == service]
    secret = ["credentials"] if service == "ingest" else []
    return ServicePlan(service, collections={name: [] for name in [*named, *secret]})


@pytest.fixture
def as_user(mongo_uri: str, namespace: str) -> Iterator[Callable[[str], Client]]:
    """A client as the user of a service, after its password was changed once."""
    passwords: dict[str, str] = {}
    with ExitStack() as stack:
        admin = stack.enter_context(connect(mongo_uri, app_name="tests"))
        for attempt in ("old", "pass"):
            passwords = {service: f"{attempt}-{service}" for service in SERVICES}
            plans = [_plan(one) for one in SERVICES] if attempt == "old" else []
            prepare(admin, namespace, plans, passwords)
        host, port = parse_uri(mongo_uri)["nodelist"][0]

        def connected(service: str) -> Client:
            login = f"{user_name(namespace, service)}:{passwords[service]}"
            uri = f"mongodb://{login}@{host}:{port}/?directConnection=true&authSource=admin"
            return stack.enter_context(connect(uri, app_name=service))

        yield connected


def _refused(action: Callable[[], Any]) -> bool:
    try:
        action()
    except OperationFailure as error:
        return error.code == UNAUTHORIZED
    return False


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_its_own_database_only(
    as_user: Callable[[str], Client], namespace: str, service: str
) -> None:
    client = as_user(service)
    for owner in SERVICES:
        collection = client[database_name(namespace, owner)]["outbox"]
        write = _refused(lambda it=collection: it.insert_one({"_id": 1}))  # type: ignore[misc]
        read = _refused(lambda it=collection: it.find_one())  # type: ignore[misc]
        assert (write, read) == ((False, False) if owner == service else (True, True))


def test_the_gateway_reads_what_contracts_name_and_no_credentials(
    as_user: Callable[[str], Client], namespace: str
) -> None:
    client = as_user("graphql_gateway")
    for owner, name in VIEWS:
        if owner != "graphql_gateway":
            collection = client[database_name(namespace, owner)][name]
            assert collection.find_one() is None
            assert list(collection.aggregate([{"$match": {"org_id": "a"}}])) == []
            assert _refused(lambda it=collection: it.delete_one({}))  # type: ignore[misc]
    credentials = client[database_name(namespace, "ingest")]["credentials"]
    assert _refused(credentials.find_one)


def test_a_service_can_neither_drop_nor_index(
    as_user: Callable[[str], Client], namespace: str
) -> None:
    database = as_user("workflow")[database_name(namespace, "workflow")]
    assert _refused(lambda: database.drop_collection("audit_entries"))
    assert _refused(lambda: database["outbox"].create_index("x"))
    assert _refused(lambda: database.client["admin"].command("usersInfo", 1))


def test_a_service_may_watch_its_outbox(as_user: Callable[[str], Client], namespace: str) -> None:
    database = as_user("workflow")[database_name(namespace, "workflow")]
    assert not _refused(lambda: database["outbox"].watch(max_await_time_ms=1).close())
