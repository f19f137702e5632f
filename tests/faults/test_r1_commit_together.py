"""R1 at its full figure: 100 kills, over as many bounded runs as it takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.faults.r1_run import run
from tests.faults.record import record, so_far

KILLS = int(os.environ.get("FAULTS_KILLS", "100"))
SECONDS = float(os.environ.get("FAULTS_S", "900"))


@pytest.mark.timeout(SECONDS + 300)
def test_a_hundred_kills_tear_nothing_and_lose_nothing(tmp_path: Path) -> None:
    before, seed = so_far("R1")
    kills = KILLS - int(before) if before < KILLS else KILLS
    done, verdict = run(tmp_path, kills=kills, seed=seed, seconds=SECONDS)
    must = f"{KILLS} kills, 0 torn, 0 acknowledged writes lost"
    told = (
        f"{verdict.acknowledged} acknowledged, {len(verdict.torn)} torn, {len(verdict.lost)} lost"
    )
    sys.stdout.write(f"R1: {told}\n")
    record("R1", done, "kills", must, verdict.is_clean, seed=seed)
    assert verdict.torn == [], f"seed {seed}"
    assert verdict.lost == [], f"seed {seed}"
