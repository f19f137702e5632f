"""R2 at its full figure: 50 strikes at two relays, 100,000 facts."""

from pathlib import Path

import pytest

from tests.faults.doses import LIMIT, SECONDS, left_of
from tests.faults.flow_world import World
from tests.faults.r2_run import run
from tests.faults.record import record

KILLS, FACTS_A_KILL = 50, 2_000
MUST = "50 kills, 100,000 facts, 0 gaps, 0 inversions after dedup"


@pytest.mark.timeout(LIMIT)
def test_fifty_strikes_at_relays_invert_nothing(
    mongo_uri: str, kafka_bootstrap: str, namespace: str, tmp_path: Path
) -> None:
    kills, seed = left_of("R2", KILLS)
    world = World(mongo_uri, kafka_bootstrap, namespace)
    facts = kills * FACTS_A_KILL
    done, verdict = run(world, tmp_path, kills=kills, facts=facts, seed=seed, seconds=SECONDS)
    is_clean = not verdict.problems and verdict.seen == done * FACTS_A_KILL
    told = f"kills ({verdict.seen} facts, {verdict.repeats} repeats, {len(verdict.problems)} wrong)"
    record("R2", done, told, MUST, is_clean, seed=seed)
    assert verdict.problems == [], f"seed {seed}"
    assert verdict.seen == done * FACTS_A_KILL, f"seed {seed}"
