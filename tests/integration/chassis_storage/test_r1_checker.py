"""The checker of R1 finds what it looks for: each kind of damage is planted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.commands import IdempotencyKey
from chassis.mongo.client import connect
from chassis.mongo.factory import WorkFactory
from tests.faults.r1_checker import Verdict, judge
from tests.faults.r1_writer import History, order, send
from tests.support.orders import a_bus
from tests.support.storage import mongo_factory

COMMANDS = 12


@pytest.fixture
def factory(mongo_uri: str, worker_namespace: str) -> Iterator[WorkFactory]:
    with connect(mongo_uri, app_name="tests") as client:
        yield mongo_factory(client, worker_namespace)


@pytest.fixture
def verdict(factory: WorkFactory, tmp_path: Path) -> Callable[[], Verdict]:
    """Judges a short clean history, as often as asked."""
    file = tmp_path / "w.jsonl"
    history, bus = History(file), a_bus(factory)
    for number in range(COMMANDS):
        key = f"w-{number}"
        history.intent(number, key)
        history.acknowledged(key, *send(bus, key, order("w", number)))
    return lambda: judge(factory.database.unguarded, [file])


def test_a_clean_run_is_clean(verdict: Callable[[], Verdict]) -> None:
    found = verdict()
    assert (found.torn, found.lost, found.acknowledged) == ([], [], COMMANDS)
    assert found.writes > 0
    assert found.refused > 0


@pytest.mark.parametrize(
    ("collection", "damage"),
    [
        ("things", lambda rows: rows.delete_one({})),
        ("things", lambda rows: rows.update_one({}, {"$inc": {"count": 1}})),
        ("audit_entries", lambda rows: rows.delete_one({})),
        ("outbox", lambda rows: rows.delete_one({})),
        ("idempotency", lambda rows: rows.delete_one({"answer": {"$ne": None}})),
        (
            "idempotency",
            lambda rows: rows.update_one({"answer": {"$ne": None}}, {"$set": {"answer": None}}),
        ),
    ],
)
def test_a_torn_write_is_found(
    factory: WorkFactory, verdict: Callable[[], Verdict], collection: str, damage: Any
) -> None:
    damage(factory.database.unguarded[collection])
    assert verdict().torn != []


def test_a_lost_acknowledgement_is_found(
    factory: WorkFactory, verdict: Callable[[], Verdict]
) -> None:
    factory.database.unguarded["idempotency"].delete_one({"refusal": {"$ne": None}})
    assert len(verdict().lost) == 1


def test_a_key_used_twice_by_a_writer_is_answered_once(factory: WorkFactory) -> None:
    bus = a_bus(factory)
    first = send(bus, "w-0", order("w", 0))
    assert send(bus, "w-0", order("w", 0)) == first
    assert IdempotencyKey("w-0").alias == ""
