"""Children are started again when they die, and ended when they are asked to."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from stack.settings import inherited
from stack.supervisor import Child, Supervisor
from tests.support.waiting import eventually

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]
STUBBORN_PROGRAM = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True:
    signal.pause()
"""
STUBBORN = [sys.executable, "-c", STUBBORN_PROGRAM]


def a_child(tmp_path: Path, argv: list[str], grace: float = 5.0) -> Child:
    return Child(
        name="sleeper",
        argv=lambda: argv,
        environment=inherited(),
        log=tmp_path / "sleeper.log",
        grace_seconds=grace,
    )


def test_a_child_that_is_killed_is_started_again(tmp_path: Path) -> None:
    supervisor, child = Supervisor(), a_child(tmp_path, SLEEPER)
    supervisor.start(child)
    assert child.process is not None
    first = child.process.pid
    child.process.send_signal(signal.SIGKILL)

    def is_back() -> bool:
        supervisor.watch_once()
        return child.is_running and child.process is not None and child.process.pid != first

    eventually(is_back, within_s=10)
    assert child.restarts == 1
    supervisor.stop()
    assert not child.is_running


def test_a_child_that_ignores_the_request_is_killed_after_its_grace(tmp_path: Path) -> None:
    supervisor, child = Supervisor(), a_child(tmp_path, STUBBORN, grace=0.3)
    supervisor.start(child)
    eventually(lambda: "up" in child.log.read_text(), within_s=10)
    supervisor.stop()
    assert not child.is_running


def test_nothing_is_started_again_after_the_stop(tmp_path: Path) -> None:
    supervisor, child = Supervisor(), a_child(tmp_path, SLEEPER)
    supervisor.start(child)
    supervisor.stop()
    supervisor.watch_once()
    assert not child.is_running
