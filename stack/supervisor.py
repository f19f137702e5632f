"""One supervisor: starts children, restarts those that die, stops servers last.

A child that dies is started again after 0.2 s, doubled with every death in a row, at most 5 s; one
that lived for 30 s has its count forgotten. Every child writes its own log file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec
import structlog

from chassis.metrics import Metrics, silent_metrics
from stack.embedded.process import die_with_parent
from stack.metrics import CHILD_RESTARTS, CHILD_UP, METRICS

_log = structlog.get_logger(__name__)

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
STEADY_AFTER: Final = 30.0
GRACE_SECONDS: Final = 30.0
TICK: Final = 0.1


class Child(msgspec.Struct, kw_only=True):
    """One supervised process. ``argv`` is asked for at every start (the broker wants a new id)."""

    name: str
    argv: Callable[[], list[str]]
    environment: Mapping[str, str]
    log: Path
    last_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = GRACE_SECONDS
    is_server: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    restarts: int = 0
    not_before: float = 0.0

    @property
    def is_running(self) -> bool:
        """Whether the process is there now."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Owns the children. ``start`` and ``watch`` belong to one thread: the kernel ties lives to it."""

    def __init__(self, metrics: Metrics | None = None) -> None:
        self.children: list[Child] = []
        self._metrics = metrics or silent_metrics(METRICS)
        self._stopping = threading.Event()

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self.children.append(child)
        _spawn(child)
        self._metrics.set(CHILD_UP, 1, process=child.name)

    def watch_once(self) -> None:
        """Start again whoever died and whose pause is over."""
        for child in self.children:
            if not child.is_running and not self._stopping.is_set():
                self._revive(child)

    def _revive(self, child: Child) -> None:
        is_back = _revive(child)
        self._metrics.set(CHILD_UP, int(is_back), process=child.name)
        if is_back:
            self._metrics.count(CHILD_RESTARTS, process=child.name)

    def watch(self, until: threading.Event) -> None:
        """Watch the children until told to stop."""
        while not until.wait(TICK):
            self.watch_once()

    def stop(self) -> None:
        """Drain the services, all at once, then the servers they use, the last started first."""
        self._stopping.set()
        services = [child for child in self.children if not child.is_server]
        for child in services:
            _ask(child)
        for child in services:
            _end(child)
        for child in reversed(self.children):
            _ask(child)
            _end(child)

    def child(self, name: str) -> Child:
        """The child of that name."""
        return next(child for child in self.children if child.name == name)


def _spawn(child: Child) -> None:
    child.log.parent.mkdir(parents=True, exist_ok=True)
    with child.log.open("ab") as output:
        child.process = subprocess.Popen(
            child.argv(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(child.environment),
            start_new_session=True,
            # It calls one C function loaded before the fork and takes no lock.
            preexec_fn=die_with_parent(os.getpid(), child.last_signal),  # noqa: PLW1509
        )
    child.started_at = monotonic()


def _revive(child: Child) -> bool:
    """Start it again if its pause is over; whether it was."""
    now = monotonic()
    if child.not_before == 0.0:
        child.deaths = 0 if now - child.started_at > STEADY_AFTER else child.deaths + 1
        pause = min(FIRST_PAUSE * 2 ** max(child.deaths - 1, 0), LONGEST_PAUSE)
        child.not_before = now + pause
        code = child.process.returncode if child.process else None
        _log.warning("child died", child=child.name, exit_code=code, next_start_in=pause)
    if now < child.not_before:
        return False
    child.not_before = 0.0
    child.restarts += 1
    _spawn(child)
    return True


def _ask(child: Child) -> None:
    if child.process is not None and child.process.poll() is None:
        child.process.terminate()


def _end(child: Child) -> None:
    process = child.process
    if process is None or process.poll() is not None:
        return
    try:
        process.wait(child.grace_seconds)
    except subprocess.TimeoutExpired:
        _log.warning("child did not end in time", child=child.name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
