"""Processes of the flow under fire, and what the runs share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from stack.environment import MALLOC_ARENAS
from tests.faults.flow_process import Orders
from tests.faults.flow_world import TOPIC, Speaker, World
from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]


class Processes:
    """Started with orders, ended with the run; what they say goes to ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._all: list[subprocess.Popen[bytes]] = []

    def start(self, orders: Orders) -> subprocess.Popen[bytes]:
        text = msgspec.json.encode(orders).decode()
        log = (self._folder / f"{orders.role}-{len(self._all)}.log").open("wb")
        with log:
            started = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.flow_process", text],
                cwd=ROOT,
                env={**os.environ, "MALLOC_ARENA_MAX": MALLOC_ARENAS},
                stdout=log,
                stderr=log,
            )
        self._all.append(started)
        return started

    def close(self) -> None:
        for process in self._all:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()


class Stage:
    """A world with its speaker and processes."""

    def __init__(self, world: World, folder: Path, seed: int) -> None:
        self.world = world
        self.seed = seed
        self.processes = Processes(folder)
        self.client = world.client()
        self.speaker = Speaker(world, seed)
        self.ingest: Any = self.client[f"{world.namespace}_ingest"]
        self.workflow: Any = self.client[f"{world.namespace}_workflow"]

    @property
    def wire_topic(self) -> str:
        return f"{self.world.namespace}.{TOPIC}"

    def start(self, role: str, **orders: Any) -> subprocess.Popen[bytes]:
        return self.processes.start(Orders(world=self.world, role=role, **orders))

    def effects(self) -> int:
        """How many facts had their effect; a repeat counts again."""
        stages = [{"$group": {"_id": None, "all": {"$sum": "$count"}}}]
        return next((int(row["all"]) for row in self.workflow["effects"].aggregate(stages)), 0)

    def until_applied(self, count: int | None = None, *, within_s: float = 120) -> None:
        wanted = self.speaker.written if count is None else count
        eventually(lambda: self.effects() >= wanted, within_s=within_s, every_s=0.2)

    def until_sent(self, *, within_s: float = 60) -> None:
        eventually(lambda: self.speaker.unsent() == 0, within_s=within_s, every_s=0.1)


@contextmanager
def a_stage(world: World, folder: Path, seed: int) -> Iterator[Stage]:
    world.prepare()
    stage = Stage(world, folder, seed)
    try:
        yield stage
    finally:
        stage.processes.close()
        stage.client.close()
