"""R3 at its full figure: 100 kills between the steps of a consumer, then everything twice again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from tests.faults.doses import LIMIT, SECONDS, left_of
from tests.faults.flow_world import World
from tests.faults.r3_run import run
from tests.faults.record import record

KILLS, REPLAYS = 100, 2
MUST = "100 kills + 2 replays: state hash equal to a clean run"


@pytest.fixture
def hasty_mongo(mongo_uri: str) -> Iterator[str]:
    """Transactions of killed processes end after three seconds instead of ten: more kills an hour."""
    with MongoClient[dict[str, object]](mongo_uri) as client:
        name = "transactionLifetimeLimitSeconds"
        before = client.admin.command({"getParameter": 1, name: 1})[name]
        client.admin.command({"setParameter": 1, name: 3})
        yield mongo_uri
        client.admin.command({"setParameter": 1, name: before})


@pytest.mark.timeout(LIMIT)
def test_a_hundred_kills_and_two_replays_leave_the_state_of_a_clean_run(
    hasty_mongo: str, kafka_bootstrap: str, namespace: str, tmp_path: Path
) -> None:
    kills, seed = left_of("R3", KILLS)
    world = World(hasty_mongo, kafka_bootstrap, namespace)
    done, verdict = run(world, tmp_path, kills=kills, replays=REPLAYS, seed=seed, seconds=SECONDS)
    told = f"kills ({verdict.facts} facts, {len(verdict.problems)} wrong)"
    record("R3", done, told, MUST, not verdict.problems, seed=seed)
    assert verdict.problems == [], f"seed {seed}"
