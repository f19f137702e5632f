"""Commands, timers and leases over MongoDB."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient

from chassis.clock import FixedClock
from chassis.commands import IdempotencyKey
from chassis.errors import Refusal, RefusalCode
from chassis.leases import Leases, LeaseStore
from chassis.mongo.client import connect
from chassis.mongo.factory import WorkFactory
from tests.suites.commands_suite import CommandsSuite
from tests.suites.leases_suite import Expire, LeasesSuite
from tests.suites.timers_suite import TimersSuite
from tests.support.orders import AddThing, Gate, a_bus, add_thing, body
from tests.support.storage import Rows, a_person, mongo_factory, mongo_rows
from tests.support.waiting import eventually

Client = MongoClient[dict[str, Any]]


@pytest.fixture
def client(mongo_uri: str) -> Iterator[Client]:
    with connect(mongo_uri, app_name="tests") as client:
        yield client


class TestMongoCommands(CommandsSuite):
    @pytest.fixture
    def factory(self, client: Client, worker_namespace: str) -> WorkFactory:
        return mongo_factory(client, worker_namespace)

    @pytest.fixture
    def rows(self, factory: WorkFactory) -> Rows:
        return mongo_rows(factory)

    def test_a_parallel_repeat_waits_for_the_first(self, factory: WorkFactory, rows: Rows) -> None:
        gate = Gate()
        order, key = body(AddThing(name="one")), IdempotencyKey("key")

        def slow(command: Any, work: Any) -> Any:
            gate.pass_through()
            return add_thing(command, work)

        bus = a_bus(factory, handlers={AddThing: slow})
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(bus.handle, "AddThing", order, a_person(), key)
            assert gate.entered.wait(10)
            second = pool.submit(bus.handle, "AddThing", order, a_person(), key)
            threading.Timer(0.3, gate.opened.set).start()
            assert not first.result(20).is_repeat
            assert second.result(20).is_repeat
            assert first.result().body == second.result().body
        assert len(rows("things")) == len(rows("idempotency")) == 1

    def test_a_parallel_repeat_of_a_slow_first_is_told_so(self, factory: WorkFactory) -> None:
        gate = Gate()
        order, key = body(AddThing(name="one")), IdempotencyKey("key")

        def slow(command: Any, work: Any) -> Any:
            gate.pass_through()
            return add_thing(command, work)

        bus = a_bus(factory, handlers={AddThing: slow})
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(bus.handle, "AddThing", order, a_person(), key)
            assert gate.entered.wait(10)
            with pytest.raises(Refusal) as caught:
                bus.handle("AddThing", order, a_person(), key)
            gate.opened.set()
            assert caught.value.code is RefusalCode.IN_PROGRESS
            assert not first.result(20).is_repeat
        assert bus.handle("AddThing", order, a_person(), key).is_repeat

    def test_fifty_parallel_repeats_have_one_effect(self, factory: WorkFactory, rows: Rows) -> None:
        bus = a_bus(factory)
        order, key = body(AddThing(name="one")), IdempotencyKey("key")

        def call(_: int) -> bytes:
            return bus.handle("AddThing", order, a_person(), key).body

        with ThreadPoolExecutor(16) as pool:
            bodies = set(pool.map(call, range(50)))
        assert len(bodies) == 1
        assert len(rows("things")) == len(rows("outbox")) == 1


class TestMongoTimers(TimersSuite):
    @pytest.fixture
    def factory(self, client: Client, worker_namespace: str, clock: FixedClock) -> WorkFactory:
        return mongo_factory(client, worker_namespace, clock)

    @pytest.fixture
    def rows(self, factory: WorkFactory) -> Rows:
        return mongo_rows(factory)


class TestMongoLeases(LeasesSuite):
    @pytest.fixture
    def factory(self, client: Client, worker_namespace: str) -> WorkFactory:
        return mongo_factory(client, worker_namespace)

    @pytest.fixture
    def leases(self, factory: WorkFactory) -> Leases:
        return LeaseStore(factory.database)

    @pytest.fixture
    def expire(self, factory: WorkFactory) -> Expire:
        def until_over(seconds: float) -> None:
            query = {"$expr": {"$lt": ["$until", "$$NOW"]}}
            rows = factory.database.unguarded["leases"]
            eventually(lambda: rows.find_one(query), within_s=seconds + 5)

        return until_over

    def test_sixteen_at_once_give_one_holder(self, leases: Leases) -> None:
        with ThreadPoolExecutor(16) as pool:
            held = list(pool.map(lambda n: leases.acquire("relay", f"o{n}", 30), range(16)))
        assert len([one for one in held if one]) == 1
