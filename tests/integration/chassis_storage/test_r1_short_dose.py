"""R1 with a few kills, every day; `make faults` gives the full dose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.r1_run import run

KILLS = int(os.environ.get("FAULTS_KILLS", "3"))


@pytest.mark.timeout(300)
def test_a_few_kills_tear_nothing_and_lose_nothing(tmp_path: Path) -> None:
    done, verdict = run(tmp_path, kills=KILLS, seed=1, seconds=60)
    assert done > 0
    assert verdict.acknowledged > 20
    assert (verdict.torn, verdict.lost) == ([], [])
