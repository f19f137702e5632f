"""P5 at its full figure: 1,000 races of a revoke against a send."""

from __future__ import annotations

import os
import random

import pytest

from tests.faults.clock_world import a_world
from tests.faults.p5_run import race
from tests.faults.record import record, so_far

NAME = "P5 revoke against send"
RACES = int(os.environ.get("FAULTS_RACES", "1000"))


@pytest.mark.timeout(1800)
def test_nothing_is_sent_after_its_revoke_was_answered(mongo_uri: str, namespace: str) -> None:
    before, seed = so_far(NAME)
    left = RACES - int(before) if before < RACES else RACES
    with a_world(mongo_uri, namespace) as world:
        races = race(world, left, random.Random(seed))
    must = f"{RACES} races, 0 sent after the revoke was answered"
    record(NAME, left, f"races ({dict(races.ended)})", must, races.is_clean, seed=seed)
    assert races.is_clean, f"seed {seed}: {races}"
