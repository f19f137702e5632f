"""B1 and B2 on the side of consumers: bounded under a slow store, drained by SIGTERM."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from time import monotonic

from tests.faults.flow_checker import Verdict, judge_effects
from tests.faults.flow_processes import Stage, a_stage
from tests.faults.flow_world import World
from tests.support.waiting import eventually


def run_slow_store(
    world: World, folder: Path, *, seconds: float, seed: int
) -> tuple[list[int], Verdict]:
    """Five times what a slow store takes: the consumer's memory in bytes over time, the verdict."""
    slow = folder / "slow"
    with a_stage(world, folder, seed) as stage:
        stage.start("relay")
        consumer = stage.start("consumer", batch=50, slow_while=str(slow))
        stage.speaker.write(500, aggregates=100)
        stage.until_applied()
        slow.touch()
        memory = _loaded(stage, consumer.pid, seconds)
        slow.unlink()
        stage.until_applied(within_s=300)
        return memory, judge_effects(stage.ingest, stage.workflow)


def _loaded(stage: Stage, pid: int, seconds: float) -> list[int]:
    deadline, memory = monotonic() + seconds, list[int]()
    while monotonic() < deadline:
        stage.speaker.write(250, aggregates=100)
        memory.append(resident(pid))
        Event().wait(0.5)
    return memory


def resident(pid: int) -> int:
    """Bytes of memory a process holds (Linux: /proc/<pid>/statm, second field, in pages)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def run_rolling_restart(
    world: World, folder: Path, *, rounds: int, seed: int
) -> tuple[list[int], Verdict]:
    """Two members under load, ended in turn by SIGTERM: their exit codes, and the verdict."""
    codes = []
    with a_stage(world, folder, seed) as stage:
        stage.start("relay")
        members = [stage.start("consumer", batch=20), stage.start("consumer", batch=20)]
        for number in range(rounds):
            before = stage.effects()
            stage.speaker.write(1_000, aggregates=100)
            _until_busy(stage, before)
            ending = members[number % 2]
            ending.send_signal(signal.SIGTERM)
            codes.append(ending.wait(30))
            members[number % 2] = stage.start("consumer", batch=20)
        stage.until_applied(within_s=300)
        return codes, judge_effects(stage.ingest, stage.workflow)


def _until_busy(stage: Stage, before: int) -> None:
    eventually(lambda: stage.effects() > before, within_s=60, every_s=0.05)
