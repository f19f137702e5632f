"""R1: state, audit entry, facts and idempotency record commit together or not at all.

Four writer processes send commands; the database or a writer is killed with SIGKILL at moments that
progress decides: after a random number of acknowledgements since the last kill.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

from chassis.mongo.client import connect, database_name
from chassis.prepare import prepare
from stack.embedded.mongod import EmbeddedMongod
from tests.faults.r1_checker import Verdict, judge
from tests.support.platform import an_embedded_mongod
from tests.support.storage import PLAN, SERVICE
from tests.support.waiting import eventually

WRITERS: Final = 4
NAMESPACE: Final = "r1"
ROOT: Final = Path(__file__).resolve().parents[2]


class Writers:
    """The processes, their histories, and how far they are."""

    def __init__(self, uri: str, folder: Path, seed: int) -> None:
        self._uri = uri
        self._folder = folder
        self._names = [f"w{number}s{seed}" for number in range(WRITERS)]
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def histories(self) -> list[Path]:
        return [self._folder / f"{name}.jsonl" for name in self._names]

    def start(self) -> None:
        for name in self._names:
            self._start(name)

    def kill(self, dice: random.Random) -> None:
        """One of them, and start it again."""
        name = dice.choice(self._names)
        self._running[name].kill()
        self._running[name].wait()
        self._start(name)

    def acknowledged(self) -> int:
        files = [file for file in self.histories if file.exists()]
        return sum(file.read_text().count('"acknowledged"') for file in files)

    def stop(self) -> list[int]:
        """Let each finish its command; the exit codes."""
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        return [process.wait(60) for process in self._running.values()]

    def close(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()

    def _start(self, name: str) -> None:
        module = [sys.executable, "-m", "tests.faults.r1_writer"]
        arguments = [self._uri, NAMESPACE, name, str(self._folder)]
        self._running[name] = subprocess.Popen([*module, *arguments], cwd=ROOT)


def run(folder: Path, *, kills: int, seed: int, seconds: float) -> tuple[int, Verdict]:
    """Kill that often, or until the time is over; how often it was, and the verdict."""
    dice = random.Random(seed)
    deadline = monotonic() + seconds
    with _mongod(folder) as mongod, _writers(mongod.uri, folder, seed) as writers:
        done = 0
        while done < kills and monotonic() < deadline:
            _until_progress(writers, dice.randint(1, 60))
            _kill(mongod, writers, dice)
            done += 1
        _until_progress(writers, 20)
        # One that was started a moment ago may not have come as far as its signal handler.
        assert set(writers.stop()) <= {0, -signal.SIGTERM}, "a writer crashed"
        with connect(mongod.uri, app_name="judge") as client:
            database = client[database_name(NAMESPACE, SERVICE)]
            return done, judge(database, writers.histories)


def _until_progress(writers: Writers, count: int) -> None:
    target = writers.acknowledged() + count
    eventually(lambda: writers.acknowledged() >= target, within_s=90, every_s=0.01)


def _kill(mongod: EmbeddedMongod, writers: Writers, dice: random.Random) -> None:
    if dice.random() < 0.5:
        mongod.kill()
        mongod.start()
    else:
        writers.kill(dice)


@contextmanager
def _mongod(folder: Path) -> Iterator[EmbeddedMongod]:
    mongod = an_embedded_mongod(folder / "mongo")
    mongod.start()
    try:
        with connect(mongod.uri, app_name="prepare") as client:
            prepare(client, NAMESPACE, [PLAN])
        yield mongod
    finally:
        mongod.kill()


@contextmanager
def _writers(uri: str, folder: Path, seed: int) -> Iterator[Writers]:
    writers = Writers(uri, folder, seed)
    writers.start()
    try:
        yield writers
    finally:
        writers.close()
