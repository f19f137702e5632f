"""P1 at its full figure: 300 kills a class, over as many bounded runs as it takes."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.p1_outside import outside_of
from tests.faults.p1_run import a_program, run
from tests.faults.record import record, so_far

KILLS = int(os.environ.get("FAULTS_KILLS", "300"))
A_RUN = 60
"""Kills in one run at most: what it leaves behind has to be settled and judged as well."""
SECONDS = float(os.environ.get("FAULTS_S", "1200"))


@pytest.mark.timeout(SECONDS + 900)
@pytest.mark.parametrize("kind", ["A", "B", "C"])
def test_dead_publishers_publish_nothing_twice(
    kind: str, tmp_path: Path, mongo_uri: str, kafka_bootstrap: str, namespace: str
) -> None:
    name = f"P1 class {kind}"
    before, seed = so_far(name)
    kills = min(KILLS - int(before) if before < KILLS else KILLS, A_RUN)
    dice = random.Random(seed)
    with (
        outside_of(kind, tmp_path / "outside") as outside,
        a_program(
            tmp_path / "home", mongo_uri, kafka_bootstrap, namespace, dice=dice, outside=outside
        ) as (program, proxy),
    ):
        verdict = run(program, proxy, kills=kills, seconds=SECONDS, dice=dice)
    must = f"{KILLS} kills, 0 duplicates in the platform's own list"
    done = sum(verdict.kills.values())
    record(name, done, f"kills ({verdict.told()})", must, verdict.is_clean, seed=seed)
    assert verdict.is_clean, f"seed {seed}: {verdict}"
