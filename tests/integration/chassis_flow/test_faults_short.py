"""R2 to R5, B1 and B2 in short doses; the full figures are in tests/faults (``make faults``)."""

from pathlib import Path

import pytest

from tests.faults import b_run, r2_run, r3_run, r4_run, r5_run
from tests.faults.flow_world import World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def world(mongo_uri: str, kafka_bootstrap: str, namespace: str) -> World:
    return World(mongo_uri, kafka_bootstrap, namespace)


def test_relays_that_are_killed_and_suspended_never_invert_an_aggregate(
    world: World, tmp_path: Path
) -> None:
    _, verdict = r2_run.run(world, tmp_path, kills=3, facts=3_000, seed=1, seconds=60)
    assert verdict.problems == []
    assert verdict.seen == 3_000


def test_a_consumer_killed_between_its_steps_has_every_effect_once(
    world: World, tmp_path: Path
) -> None:
    _, verdict = r3_run.run(world, tmp_path, kills=3, replays=1, seed=3, seconds=60)
    assert verdict.problems == []


def test_poison_is_set_aside_and_the_others_are_done(world: World, tmp_path: Path) -> None:
    poison, wrong = r4_run.run_poison(world, tmp_path, facts=500, seed=3)
    assert wrong == []
    assert poison.first


def test_a_bad_deploy_stops_instead_of_draining(world: World, tmp_path: Path) -> None:
    letters, codes = r4_run.run_bad_deploy(world, tmp_path, facts=500, seed=4, starts=2)
    assert letters <= 20
    assert 0 not in codes


def test_a_wiped_broker_costs_nothing(mongo_uri: str, namespace: str, tmp_path: Path) -> None:
    outcome = r5_run.run(mongo_uri, namespace, tmp_path, outages=[4.0], seed=5)
    assert outcome.verdict.problems == []
    assert outcome.refused == 0
    assert outcome.written_while_down > 0


def test_members_of_a_group_are_replaced_one_by_one_and_nothing_is_lost(
    world: World, tmp_path: Path
) -> None:
    codes, verdict = b_run.run_rolling_restart(world, tmp_path, rounds=2, seed=6)
    assert codes == [0, 0]
    assert verdict.problems == []


def test_a_slow_store_slows_the_intake_and_memory_stays_flat(world: World, tmp_path: Path) -> None:
    memory, verdict = b_run.run_slow_store(world, tmp_path, seconds=6, seed=7)
    settled = memory[len(memory) // 3 :]
    assert max(settled) <= 1.1 * min(settled)
    assert verdict.problems == []
