"""Settings of every web process, for ``gunicorn --config python:chassis.http.gunicorn_conf``.

The app is loaded by each worker after the fork, so no connection, thread or lock crosses it.
Metrics of all workers are one scrape: ``PROMETHEUS_MULTIPROC_DIR`` names the folder they share. It
is emptied at start and cleaned when a worker ends. prometheus_client looks at the variable when it
is first imported.
"""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any, Final

from chassis.settings import metrics_folder, notice_seconds

worker_class = "gthread"
workers = 2
threads = 4
preload_app = False
# Seconds; a worker that hangs longer is replaced.
timeout = 60
# Seconds; what was begun is finished when the server is told to stop.
graceful_timeout = 25
# Seconds; the callers inside keep their connections.
keepalive = 30
accesslog = None
errorlog = "-"
loglevel = "warning"
worker_tmp_dir = None

NOTICE_SECONDS: Final = notice_seconds()
"""How long /readyz says "draining" before connections are refused."""


def on_starting(_: Any) -> None:
    """Forget the metrics of the run before: counters of dead workers would be counted again."""
    folder = metrics_folder()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.db"):
            old.unlink()


def when_ready(server: Any) -> None:
    """Told to stop, say so at /readyz and go on serving for a moment, then close the door.

    Connections that were made but not yet taken are reset when the door closes: whoever balances
    needs the moment to look elsewhere.
    """
    stop = signal.getsignal(signal.SIGTERM)

    def close(_: int, frame: FrameType | None) -> None:
        if callable(stop):
            stop(signal.SIGTERM, frame)

    def leave(*_: object) -> None:
        for pid in list(server.WORKERS):
            os.kill(pid, signal.SIGWINCH)
        signal.signal(signal.SIGALRM, close)
        signal.setitimer(signal.ITIMER_REAL, NOTICE_SECONDS)

    signal.signal(signal.SIGTERM, leave)


def post_worker_init(worker: Any) -> None:
    """Say "draining" at /readyz from the notice on; end when told to."""
    health = getattr(worker.wsgi, "extensions", {}).get("rostrum_health")
    stop = signal.getsignal(signal.SIGTERM)

    def notice(*_: object) -> None:
        if health is not None:
            health.drain()

    def drain(number: int, frame: FrameType | None) -> None:
        notice()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGWINCH, notice)
    signal.signal(signal.SIGTERM, drain)


def child_exit(_: Any, worker: Any) -> None:
    """A worker ended: its gauges no longer count, its counters do."""
    if metrics_folder() is not None:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
