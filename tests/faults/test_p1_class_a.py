"""P1, class A, at its full figure: 100 kills at the six points, over as many bounded runs as it takes."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.p1_run import a_program, run
from tests.faults.record import record, so_far

NAME = "P1 class A"
KILLS = int(os.environ.get("FAULTS_KILLS", "100"))
SECONDS = float(os.environ.get("FAULTS_S", "1200"))


@pytest.mark.timeout(SECONDS + 600)
def test_a_hundred_dead_publishers_publish_nothing_twice(
    tmp_path: Path, mongo_uri: str, kafka_bootstrap: str, namespace: str
) -> None:
    before, seed = so_far(NAME)
    kills = KILLS - int(before) if before < KILLS else KILLS
    dice = random.Random(seed)
    with a_program(tmp_path, mongo_uri, kafka_bootstrap, namespace, dice=dice) as (program, proxy):
        verdict = run(program, proxy, kills=kills, seconds=SECONDS, dice=dice)
    must = f"{KILLS} kills, 0 duplicates in the platform's own list"
    done = sum(verdict.kills.values())
    record(NAME, done, f"kills ({verdict.told()})", must, verdict.is_clean, seed=seed)
    assert verdict.is_clean, f"seed {seed}: {verdict}"
