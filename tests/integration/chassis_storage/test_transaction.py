"""Transactions are repeated until they stood alone, through mongoengine too."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from mongoengine.queryset import QuerySet
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from chassis.errors import Conflict, Refusal, RefusalCode, Unavailable
from chassis.mongo.client import connect
from chassis.mongo.factory import WorkFactory
from chassis.mongo.transaction import run_in_transaction
from tests.support.ports import free_port
from tests.support.storage import ACME, Thing, ThingDocument, a_person, a_thing, mongo_factory

Client = MongoClient[dict[str, Any]]


@pytest.fixture
def factory(mongo_uri: str, worker_namespace: str) -> Iterator[WorkFactory]:
    with connect(mongo_uri, app_name="tests") as client:
        yield mongo_factory(client, worker_namespace)


@pytest.fixture
def thing(factory: WorkFactory) -> Thing:
    return factory.run(a_person(), ACME, lambda work: work.add(a_thing()))


def _raise_elsewhere(factory: WorkFactory, thing: Thing) -> None:
    """In a thread of its own, which takes no part in our transaction."""

    def use(work: Any) -> None:
        found = work.get(Thing, thing.id)
        work.save(msgspec.structs.replace(found, count=found.count + 100))

    with ThreadPoolExecutor(1) as pool:
        pool.submit(factory.run, a_person(), ACME, use).result(30)


def test_a_write_conflict_under_mongoengine_is_run_again(
    factory: WorkFactory, thing: Thing
) -> None:
    """Mongoengine wraps the driver's error, which hides its label from the driver's own retry."""
    runs: list[int] = []

    def use(_: Any) -> None:
        mine = QuerySet(ThingDocument, factory.database["things"]).filter(org_id=ACME, id=thing.id)
        runs.append(mine.as_pymongo().first()["count"])
        if len(runs) == 1:
            _raise_elsewhere(factory, thing)
        mine.update_one(inc__count=1)

    run_in_transaction(factory.client, use)
    assert runs == [0, 100]
    assert factory.reader(ACME).get(Thing, thing.id).count == 101


def test_writers_of_one_aggregate_all_succeed(factory: WorkFactory, thing: Thing) -> None:
    def use(work: Any) -> None:
        found = work.get(Thing, thing.id)
        work.save(msgspec.structs.replace(found, count=found.count + 1))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(factory.run, a_person(), ACME, use) for _ in range(20)]:
            done.result(60)
    assert factory.reader(ACME).get(Thing, thing.id).count == 20


def test_what_keeps_conflicting_ends_as_a_conflict(factory: WorkFactory) -> None:
    runs: list[int] = []

    def use(_: Any) -> None:
        runs.append(1)
        raise Conflict("again")

    with pytest.raises(Conflict, match="again"):
        run_in_transaction(factory.client, use, attempts=3)
    assert len(runs) == 3


def test_a_refusal_and_a_bug_are_not_repeated(factory: WorkFactory) -> None:
    runs: list[int] = []

    def refuse(_: Any) -> None:
        runs.append(1)
        refusal = Refusal(RefusalCode.WRONG_STATE, "no")
        raise refusal from Conflict("first")

    def broken(_: Any) -> None:
        runs.append(1)
        raise ZeroDivisionError

    with pytest.raises(Refusal):
        run_in_transaction(factory.client, refuse)
    with pytest.raises(ZeroDivisionError):
        run_in_transaction(factory.client, broken)
    assert len(runs) == 2


def test_other_threads_do_not_see_what_is_not_committed(factory: WorkFactory) -> None:
    def use(work: Any) -> int:
        work.add(a_thing())
        with ThreadPoolExecutor(1) as pool:
            return len(pool.submit(factory.reader(ACME).find, Thing).result(10))

    assert factory.run(a_person(), ACME, use) == 0
    assert len(factory.reader(ACME).find(Thing)) == 1


def test_no_collection_is_made_inside_a_transaction_by_accident(factory: WorkFactory) -> None:
    """What was kept from before the transaction works inside it, with the commit's concern."""
    kept = factory.database["things"]

    def use(_: Any) -> None:
        kept.insert_one({"_id": "x", "org_id": ACME})

    run_in_transaction(factory.client, use)
    assert kept.find_one({"_id": "x", "org_id": ACME}) is not None
    bare: Any = factory.client[factory.database_name]["things"]
    with pytest.raises(OperationFailure, match="writeConcern is not allowed"):
        run_in_transaction(factory.client, lambda _: bare.insert_one({"_id": "y", "org_id": ACME}))


def test_a_database_out_of_reach_is_unavailable() -> None:
    uri = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=50&directConnection=true"
    client: Client = MongoClient(uri, connect=False)
    with client, pytest.raises(Unavailable, match="out of reach"):
        run_in_transaction(client, lambda _: client["x"]["y"].find_one(), attempts=2)
