"""Settings of every web process, for ``gunicorn --config python:chassis.http.gunicorn_conf``.

The app is loaded by each worker after the fork, so no connection, thread or lock crosses it.
Metrics of all workers are one scrape: ``PROMETHEUS_MULTIPROC_DIR`` names the folder they share. It
is emptied at start and cleaned when a worker ends. prometheus_client looks at the variable when it
is first imported.
"""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from chassis.settings import metrics_folder

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


def on_starting(_: Any) -> None:
    """Forget the metrics of the run before: counters of dead workers would be counted again."""
    folder = metrics_folder()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.db"):
            old.unlink()


def post_worker_init(worker: Any) -> None:
    """Say "draining" at /readyz as soon as the worker is told to stop."""
    health = getattr(worker.wsgi, "extensions", {}).get("rostrum_health")
    stop = signal.getsignal(signal.SIGTERM)

    def drain(number: int, frame: FrameType | None) -> None:
        if health is not None:
            health.drain()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, drain)


def child_exit(_: Any, worker: Any) -> None:
    """A worker ended: its gauges no longer count, its counters do."""
    if metrics_folder() is not None:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
