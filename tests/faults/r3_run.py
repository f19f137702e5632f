"""R3: a consumer's effect happens exactly once, wherever it is killed and whatever comes again."""

from __future__ import annotations

import random
from pathlib import Path
from time import monotonic

from tests.faults.failpoints import POINTS
from tests.faults.flow_checker import Verdict, judge_effects
from tests.faults.flow_processes import Stage, a_stage
from tests.faults.flow_world import World

FACTS_A_KILL = 200


def run(
    world: World, folder: Path, *, kills: int, replays: int, seed: int, seconds: float
) -> tuple[int, Verdict]:
    """Kill between the steps in turn, then send the whole history again; kills and the verdict."""
    dice, deadline = random.Random(seed), monotonic() + seconds
    with a_stage(world, folder, seed) as stage:
        stage.start("relay")
        done = 0
        while done < kills and monotonic() < deadline:
            stage.speaker.write(FACTS_A_KILL, aggregates=40)
            point = POINTS[(seed + done) % len(POINTS)]
            consumer = stage.start(
                "consumer", kill_at=point, kill_pass=dice.randint(1, 2), batch=60
            )
            assert consumer.wait(60) == -9, f"{point} was never passed"
            done += 1
        stage.start("consumer")
        stage.until_applied()
        for _ in range(replays):
            _replay(stage)
        return done, judge_effects(stage.ingest, stage.workflow)


def _replay(stage: Stage) -> None:
    """Everything again, then one new fact per aggregate: when those are applied, so is the rest."""
    stage.speaker.reopen()
    stage.until_sent()
    stage.speaker.write(400, aggregates=40)
    stage.until_applied()
