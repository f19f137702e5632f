"""B1 and B2 on the side of consumers, at their full figures."""

from pathlib import Path

import pytest

from tests.faults.b_run import run_rolling_restart, run_slow_store
from tests.faults.doses import LIMIT, left_of
from tests.faults.flow_world import World
from tests.faults.record import record

SLOW_SECONDS, ROUNDS = 300.0, 20
MUST_FLAT = "500 ms store latency at 5x load for 5 min: RSS +-10 %, lag drains after"
MUST_DRAIN = "rolling restart under load: every exit 0, nothing lost or doubled"


@pytest.fixture
def world(mongo_uri: str, kafka_bootstrap: str, namespace: str) -> World:
    return World(mongo_uri, kafka_bootstrap, namespace)


@pytest.mark.timeout(LIMIT)
def test_five_minutes_of_a_slow_store_leave_memory_flat(world: World, tmp_path: Path) -> None:
    _, seed = left_of("B1 consumers", 1)
    memory, verdict = run_slow_store(world, tmp_path, seconds=SLOW_SECONDS, seed=seed)
    settled = memory[len(memory) // 5 :]
    spread = max(settled) / min(settled) - 1
    is_clean = not verdict.problems and spread <= 0.2
    told = f"runs (memory within {spread:.1%} of its lowest)"
    record("B1 consumers", 1, told, MUST_FLAT, is_clean, seed=seed)
    assert is_clean, f"seed {seed}: {told} {verdict.problems}"


@pytest.mark.timeout(LIMIT)
def test_a_rolling_restart_loses_nothing(world: World, tmp_path: Path) -> None:
    _, seed = left_of("B2 consumers", ROUNDS)
    codes, verdict = run_rolling_restart(world, tmp_path, rounds=ROUNDS, seed=seed)
    is_clean = not verdict.problems and set(codes) == {0}
    record("B2 consumers", ROUNDS, "restarts", MUST_DRAIN, is_clean, seed=seed)
    assert is_clean, f"seed {seed}: {codes} {verdict.problems}"
