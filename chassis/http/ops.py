"""The operators' doors of a process: /livez, /readyz, /metrics.

Web processes show them on the port of their API; ``serve_ops`` gives a worker a port for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import msgspec
from prometheus_client import CollectorRegistry

from chassis.errors import BadSettings
from chassis.health import Health, Report, observe_health
from chassis.metrics import CONTENT_TYPE, exposition

OpsAnswer = tuple[int, str, bytes]
_PHRASES: Final = {200: "200 OK", 404: "404 Not Found", 503: "503 Service Unavailable"}


def answer_health(report: Report) -> OpsAnswer:
    """Status, content type and body of a health question: 200 if good, else 503."""
    body = msgspec.json.encode({"status": "ok" if report.is_good else "no", "parts": report.parts})
    return (200 if report.is_good else 503, "application/json", body)


def answer_metrics(registry: CollectorRegistry) -> OpsAnswer:
    """Status, content type and body of a scrape."""
    return 200, CONTENT_TYPE, exposition(registry)


def ops_app(health: Health, registry: CollectorRegistry) -> Callable[..., Iterable[bytes]]:
    """A WSGI app with the three doors and nothing else."""
    doors: dict[str, Callable[[], OpsAnswer]] = {
        "/livez": lambda: answer_health(health.live()),
        "/readyz": lambda: answer_health(health.ready()),
        "/metrics": lambda: answer_metrics(registry),
    }

    def respond(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        door = doors.get(environ["PATH_INFO"])
        status, content_type, body = door() if door else (404, "text/plain", b"not here\n")
        headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        start_response(_PHRASES[status], headers)
        return [body]

    return respond


class _Server(ThreadingMixIn, WSGIServer):
    """A thread per scrape; a slow one does not delay the next liveness probe."""

    daemon_threads = True
    # A worker that restarts takes its port back at once.
    allow_reuse_address = True


class _Quiet(WSGIRequestHandler):
    """Scrapes are no news."""

    timeout = 5

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


class OpsServer:
    """The running doors; ``port`` is the one that was taken if 0 was asked for."""

    def __init__(self, server: WSGIServer) -> None:
        self._server = server
        self.port: int = server.server_port
        thread = threading.Thread(target=server.serve_forever, name="ops", daemon=True)
        thread.start()
        self._thread = thread

    def close(self) -> None:
        """Close the doors."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve_ops(
    port: int, health: Health, registry: CollectorRegistry, *, host: str = "127.0.0.1"
) -> OpsServer:
    """Open the doors on ``port`` in a thread; BadSettings names the port if it is taken."""
    observe_health(registry, health)
    server = _bound(host, port)
    server.set_app(ops_app(health, registry))
    return OpsServer(server)


def _bound(host: str, port: int) -> WSGIServer:
    try:
        return _Server((host, port), _Quiet)
    except OSError as wrong:
        cure = f"port {port} of {host} cannot be taken ({wrong.strerror}): free it, or move ROSTRUM_PORT"
        raise BadSettings([cure]) from wrong
