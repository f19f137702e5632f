"""R4: a poison message never blocks a partition, and a bad deploy stops instead of draining."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec

from contracts.ingest import ChannelHealthChanged, Health
from tests.faults.flow_checker import Verdict, judge_effects
from tests.faults.flow_process import CRASH
from tests.faults.flow_processes import Stage, a_stage
from tests.faults.flow_world import World
from tests.support.waiting import eventually

KINDS = ("malformed", "crashing", "oversized", "unknown version")


class Poison:
    """Spoils one row in a hundred, each time in the next way; remembers where."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._made = 0
        self.first: dict[str, int] = {}
        self.bodies: dict[tuple[str, int], bytes] = {}

    def __call__(self, row: dict[str, Any]) -> None:
        if self._dice.random() >= 0.01:
            return
        kind = KINDS[self._made % len(KINDS)]
        self._made += 1
        _spoil(row, kind)
        place = row["aggregate_id"], row["sequence"]
        if place[0] not in self.first:
            self.first[place[0]] = place[1]
            self.bodies[place] = row["body"]


def _spoil(row: dict[str, Any], kind: str) -> None:
    if kind == "malformed":
        row["body"] = b'{"channel_id": '
    elif kind == "oversized":
        row["body"] = b" " * 1_500_000
    elif kind == "unknown version":
        row["type"] = row["type"].replace(".v1", ".v99")
    else:
        crashing = ChannelHealthChanged(
            channel_id="c", health=Health.OK, detail=CRASH, since=row["time"]
        )
        row["body"] = msgspec.json.encode(crashing)


def run_poison(world: World, folder: Path, *, facts: int, seed: int) -> tuple[Poison, list[str]]:
    """One per cent poison: what is wrong afterwards."""
    with a_stage(world, folder, seed) as stage:
        poison = Poison(seed)
        stage.start("relay")
        for _ in range(0, facts, 500):
            stage.speaker.write(500, aggregates=facts // 5, spoil=poison)
        until = {aggregate: sequence - 1 for aggregate, sequence in poison.first.items()}
        good = judge_effects(stage.ingest, stage.workflow, until=until).facts
        _run_until(stage, good, letters=len(poison.first))
        verdict = judge_effects(stage.ingest, stage.workflow, until=until)
        return poison, [*verdict.problems, *_wrongs(stage, poison)]


def _run_until(stage: Stage, good: int, *, letters: int) -> None:
    """As under a supervisor: a consumer that ends is started again."""
    running = [stage.start("consumer")]

    def is_done() -> bool:
        if running[-1].poll() is not None:
            running.append(stage.start("consumer"))
        asked = stage.workflow["dead_letters"].count_documents({"state": "set aside"})
        return stage.effects() >= good and asked >= letters

    eventually(is_done, within_s=600, every_s=0.2)


def _wrongs(stage: Stage, poison: Poison) -> list[str]:
    found = {
        (row["aggregate_id"], row["sequence"]): row
        for row in stage.workflow["dead_letters"].find({"state": "set aside"})
    }
    wrong = [f"{place} is no letter" for place in poison.bodies if place not in found]
    wrong += [f"{place} is a letter" for place in found if place not in poison.bodies]
    for place, body in poison.bodies.items():
        row = found.get(place, {})
        if row and (row["body"] != body or not row["headers"] or not row["error"]):
            wrong.append(f"the letter of {place} is not whole")
    return wrong + _not_waiting(stage, poison)


def _not_waiting(stage: Stage, poison: Poison) -> list[str]:
    wrong = []
    for aggregate, first in poison.first.items():
        facts = stage.ingest["outbox"].find({"aggregate_id": aggregate, "sequence": {"$gt": first}})
        behind = stage.workflow["parked"].find({"aggregate_id": aggregate})
        wanted, waiting = ({row["sequence"] for row in rows} for rows in (facts, behind))
        if wanted != waiting:
            wrong.append(f"behind {aggregate}:{first} wait {waiting}, not {wanted}")
    return wrong


def run_bad_deploy(
    world: World, folder: Path, *, facts: int, seed: int, starts: int
) -> tuple[int, list[int]]:
    """Every fact is refused: how many letters there are after so many starts, and the exit codes."""
    with a_stage(world, folder, seed) as stage:
        stage.start("relay")
        stage.speaker.write(facts, aggregates=facts)
        stage.until_sent()
        codes = [stage.start("consumer", refuse_all=True).wait(60) for _ in range(starts)]
        return stage.workflow["dead_letters"].count_documents({"state": "set aside"}), codes


def run_after_repair(world: World, folder: Path, *, seed: int) -> Verdict:
    """A bad deploy, then the good one: what was not set aside has its effect."""
    with a_stage(world, folder, seed) as stage:
        stage.start("relay")
        stage.speaker.write(1_000, aggregates=1_000)
        stage.until_sent()
        stage.start("consumer", refuse_all=True).wait(60)
        letters = list(stage.workflow["dead_letters"].find({"state": "set aside"}))
        until = {row["aggregate_id"]: row["sequence"] - 1 for row in letters}
        stage.start("consumer")
        good = judge_effects(stage.ingest, stage.workflow, until=until).facts
        stage.until_applied(good)
        return judge_effects(stage.ingest, stage.workflow, until=until)
