"""The operators' doors of a worker, without a socket."""

from __future__ import annotations

import json
from typing import Any

from prometheus_client import CollectorRegistry

from chassis.health import Health
from chassis.http.ops import ops_app


def asked(health: Health, path: str) -> tuple[str, bytes]:
    heard: list[str] = []

    def start_response(status: str, _: list[tuple[str, str]]) -> None:
        heard.append(status)

    environ: dict[str, Any] = {"PATH_INFO": path}
    body = b"".join(ops_app(health, CollectorRegistry())(environ, start_response))
    return heard[0], body


def test_a_worker_that_moves_is_alive_and_ready() -> None:
    health = Health()
    health.expect("relay")
    status, body = asked(health, "/livez")
    assert (status, json.loads(body)) == ("200 OK", {"status": "ok", "parts": {"relay": "moves"}})
    assert asked(health, "/readyz")[0] == "200 OK"
    assert asked(health, "/metrics")[0] == "200 OK"


def test_a_draining_worker_is_alive_but_not_ready() -> None:
    health = Health()
    health.drain()
    assert asked(health, "/livez")[0] == "200 OK"
    assert asked(health, "/readyz")[0] == "503 Service Unavailable"


def test_there_are_three_doors() -> None:
    assert asked(Health(), "/")[0] == "404 Not Found"
    assert asked(Health(), "/metrics/../etc")[0] == "404 Not Found"
