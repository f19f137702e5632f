"""R5 and R6: a broker that loses everything, or is away, costs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic

from pymongo.errors import PyMongoError

from stack.embedded.broker import EmbeddedBroker
from tests.faults.flow_checker import Verdict, judge_effects
from tests.faults.flow_processes import Stage, a_stage
from tests.faults.flow_world import World
from tests.support.ports import free_port

LOAD = 50
"""Facts per write, about ten writes a second."""


@dataclass
class Outcome:
    """Seconds until everything was applied after each return of the broker."""

    recoveries: list[float] = field(default_factory=list)
    refused: int = 0
    written_while_down: int = 0
    verdict: Verdict = field(default_factory=Verdict)


def run(mongo: str, namespace: str, folder: Path, *, outages: list[float], seed: int) -> Outcome:
    """Wipe the broker mid-load, once per outage (seconds), and wait until the lag is gone."""
    broker = EmbeddedBroker(home=folder, port=free_port())
    broker.start()
    world = World(mongo, broker.bootstrap, namespace)
    try:
        with a_stage(world, folder, seed) as stage:
            return _run(stage, broker, outages)
    finally:
        broker.stop()


def _run(stage: Stage, broker: EmbeddedBroker, outages: list[float]) -> Outcome:
    outcome = Outcome()
    stage.start("relay")
    stage.start("consumer")
    for outage in outages:
        _write_for(stage, 2.0, outcome)
        broker.kill()
        before = stage.speaker.written
        _write_for(stage, outage, outcome)
        outcome.written_while_down += stage.speaker.written - before
        broker.start()
        back = monotonic()
        stage.until_applied()
        outcome.recoveries.append(monotonic() - back)
    outcome.verdict = judge_effects(stage.ingest, stage.workflow)
    return outcome


def _write_for(stage: Stage, seconds: float, outcome: Outcome) -> None:
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        try:
            stage.speaker.write(LOAD, aggregates=60)
        except PyMongoError:
            outcome.refused += 1
        Event().wait(0.1)
