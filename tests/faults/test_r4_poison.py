"""R4 at its full figure: 1 % poison of four kinds, then a deploy that can handle nothing."""

from pathlib import Path

import pytest

from tests.faults.doses import LIMIT, left_of
from tests.faults.flow_world import World
from tests.faults.r4_run import run_after_repair, run_bad_deploy, run_poison
from tests.faults.record import record

FACTS = 10_000
MUST_POISON = "good ones done, those behind a set-aside fact wait in order"
MUST_STOP = "the consumer stops instead of draining the topic"


@pytest.fixture
def world(mongo_uri: str, kafka_bootstrap: str, namespace: str) -> World:
    return World(mongo_uri, kafka_bootstrap, namespace)


@pytest.mark.timeout(LIMIT)
def test_one_per_cent_of_poison_is_set_aside_and_blocks_nobody(
    world: World, tmp_path: Path
) -> None:
    _, seed = left_of("R4 poison", FACTS)
    poison, wrong = run_poison(world, tmp_path, facts=FACTS, seed=seed)
    told = f"facts ({len(poison.first)} letters, {len(wrong)} wrong)"
    record("R4 poison", FACTS, told, MUST_POISON, not wrong, seed=seed)
    assert wrong == [], f"seed {seed}"
    assert len(poison.first) > FACTS / 200


@pytest.mark.timeout(LIMIT)
def test_a_deploy_that_can_handle_nothing_stops(world: World, tmp_path: Path) -> None:
    _, seed = left_of("R4 bad deploy", FACTS)
    letters, codes = run_bad_deploy(world, tmp_path, facts=FACTS, seed=seed, starts=5)
    is_clean = letters <= 20 and 0 not in codes
    record("R4 bad deploy", FACTS, f"facts ({letters} letters)", MUST_STOP, is_clean, seed=seed)
    assert is_clean, f"seed {seed}: {letters} letters, exit codes {codes}"


@pytest.mark.timeout(LIMIT)
def test_after_the_repair_everything_else_has_its_effect(world: World, tmp_path: Path) -> None:
    assert run_after_repair(world, tmp_path, seed=1).problems == []
