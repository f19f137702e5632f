"""Loops: what a worker process does besides answering, one thread each, drained on SIGTERM (B2).

The class of an error decides (STYLE 13): Unavailable waits, Conflict runs again, anything else ends
the process with exit code 1, and its supervisor starts it again.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from time import monotonic
from types import FrameType
from typing import Final, Protocol

import structlog

from chassis.errors import Conflict, Unavailable
from chassis.metric_defs import CHASSIS_METRICS, LOOP_STEP_SECONDS, LOOP_WAITS
from chassis.metrics import Metrics, silent_metrics

LONGEST_WAIT: Final = 0.5
"""Seconds; no loop sleeps longer at once, so that draining starts promptly."""
LONGEST_BACKOFF: Final = 2.0
"""Seconds; a dependency that came back is noticed at least so soon."""
DRAIN_SECONDS: Final = 25.0
"""Under the 30 s that Kubernetes gives by default before it kills."""

_log = structlog.get_logger(__name__)


class Loop(Protocol):
    """Work that never ends, in small steps."""

    @property
    def name(self) -> str:
        """Names thread, heartbeat and log lines; unique in the process."""
        ...

    def step(self) -> float:
        """Do a little; returns the seconds to wait before the next step (0: again at once)."""
        ...

    def close(self) -> None:
        """Let go of connections and leases; called once, after the last step."""
        ...


class Pulse(Protocol):
    """The part of ``chassis.health.Health`` that loops move."""

    def expect(self, loop: str) -> None: ...
    def beat(self, loop: str) -> None: ...
    def forget(self, loop: str) -> None: ...
    def drain(self) -> None: ...


class Runner:
    """Runs loops until told to stop or until one crashes."""

    def __init__(
        self,
        loops: Sequence[Loop],
        health: Pulse,
        *,
        drain_seconds: float = DRAIN_SECONDS,
        metrics: Metrics | None = None,
    ) -> None:
        self._loops = loops
        self._metrics = metrics or silent_metrics(CHASSIS_METRICS)
        self._health = health
        self._drain_seconds = drain_seconds
        self._stopping = threading.Event()
        self._crashed = threading.Event()

    def stop(self) -> None:
        """Finish the steps under way and end; may be called from any thread or signal handler."""
        self._stopping.set()

    def run(self, *, handle_signals: bool = True) -> int:
        """The exit code: 0 after a drain, 1 after a crash or if draining took too long."""
        if handle_signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_signal)
        threads = [self._started(loop) for loop in self._loops]
        while not self._stopping.wait(LONGEST_WAIT):
            pass
        self._health.drain()
        is_drained = self._join(threads)
        return 0 if is_drained and not self._crashed.is_set() else 1

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        _log.info("draining", signal=signal.Signals(number).name)
        self.stop()

    def _started(self, loop: Loop) -> threading.Thread:
        self._health.expect(loop.name)
        thread = threading.Thread(target=self._drive, args=(loop,), name=loop.name, daemon=True)
        thread.start()
        return thread

    def _join(self, threads: Sequence[threading.Thread]) -> bool:
        deadline = monotonic() + self._drain_seconds
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        late = [thread.name for thread in threads if thread.is_alive()]
        if late:
            _log.error("not drained in time", loops=late, seconds=self._drain_seconds)
        return not late

    def _drive(self, loop: Loop) -> None:
        try:
            self._turn(loop)
        except Exception:  # noqa: BLE001 - a bug in one loop ends the process, whatever it is
            _log.exception("loop crashed", loop=loop.name)
            self._crashed.set()
            self.stop()
        finally:
            self._close(loop)

    def _turn(self, loop: Loop) -> None:
        patience = _Patience(self._metrics)
        while not self._stopping.is_set():
            with self._metrics.timed(LOOP_STEP_SECONDS, loop=loop.name):
                wait = patience.after(loop)
            self._health.beat(loop.name)
            self._pause(wait)

    def _pause(self, seconds: float) -> None:
        deadline = monotonic() + seconds
        while not self._stopping.is_set() and (left := deadline - monotonic()) > 0:
            self._stopping.wait(min(left, LONGEST_WAIT))

    def _close(self, loop: Loop) -> None:
        self._health.forget(loop.name)
        try:
            loop.close()
        except Exception:  # noqa: BLE001 - the others still have to be closed
            _log.exception("loop did not close", loop=loop.name)


class _Patience:
    """Waits longer with every failure in a row, up to LONGEST_BACKOFF."""

    def __init__(self, metrics: Metrics) -> None:
        self._failures = 0
        self._metrics = metrics

    def after(self, loop: Loop) -> float:
        try:
            wait = loop.step()
        except Unavailable as away:
            return self._longer(loop, away, away.retry_after)
        except Conflict as lost:
            return self._longer(loop, lost, None)
        self._failures = 0
        return wait

    def _longer(self, loop: Loop, error: Exception, wanted: float | None) -> float:
        self._failures += 1
        self._metrics.count(LOOP_WAITS, loop=loop.name)
        wait = min(LONGEST_BACKOFF, 0.1 * 2.0 ** min(self._failures, 10))
        _log.warning("loop waits", loop=loop.name, reason=str(error), seconds=wanted or wait)
        return min(LONGEST_BACKOFF, wanted) if wanted else wait
