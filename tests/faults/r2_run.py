"""R2: facts of one aggregate reach consumers in commit order, whatever happens to relays.

Two relays at once; one is killed, or suspended past the end of its lease and woken again.
"""

from __future__ import annotations

import random
import signal
import subprocess
from pathlib import Path
from threading import Event
from time import monotonic

from tests.faults.flow_checker import WireVerdict, judge_wire
from tests.faults.flow_processes import Stage, a_stage
from tests.faults.flow_world import World
from tests.support.waiting import eventually

OWNERS = ("one", "two")


def run(
    world: World, folder: Path, *, kills: int, facts: int, seed: int, seconds: float
) -> tuple[int, WireVerdict]:
    """Kill that often or until the time is over; how often it was, and what came over the wire."""
    dice, deadline = random.Random(seed), monotonic() + seconds
    with a_stage(world, folder, seed) as stage:
        relays = {owner: stage.start("relay", owner=owner) for owner in OWNERS}
        done = 0
        while done < kills and monotonic() < deadline:
            stage.speaker.write(facts // kills, aggregates=100)
            _until_busy(stage, dice, facts // kills)
            _strike(stage, relays, dice)
            done += 1
        stage.until_sent()
        topic, written = stage.wire_topic, stage.speaker.written
        return done, judge_wire(world.kafka, topic, written, within_s=120)


def _until_busy(stage: Stage, dice: random.Random, batch: int) -> None:
    left = dice.randint(0, batch)
    eventually(lambda: stage.speaker.unsent() <= left, within_s=60, every_s=0.005)


def _strike(stage: Stage, relays: dict[str, subprocess.Popen[bytes]], dice: random.Random) -> None:
    """The one that holds the lease, mostly; every fourth one only sleeps through its lease."""
    lease = stage.ingest["leases"].find_one({"_id": {"$regex": "^relay"}})
    owner = lease["owner"] if lease and lease["owner"] in relays else dice.choice(OWNERS)
    if dice.random() < 0.25:
        relays[owner].send_signal(signal.SIGSTOP)
        Event().wait(stage.world.lease * 1.5)
        relays[owner].send_signal(signal.SIGCONT)
    else:
        relays[owner].kill()
        relays[owner].wait()
        relays[owner] = stage.start("relay", owner=owner)
