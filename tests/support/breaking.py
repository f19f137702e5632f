"""Breaking a running platform on purpose: killed processes, and a platform that misbehaves."""

from __future__ import annotations

import os
import signal
from time import monotonic
from typing import Any

import requests

from stack.platform import Platform, is_ready


def kill(platform: Platform, *names: str, away_s: float = 0.0) -> None:
    """SIGKILL processes with everything they started; the supervisor waits that long at least."""
    children = [platform.supervisor.child(name) for name in names]
    for child in children:
        child.not_before = monotonic() + away_s if away_s else 0.0
    for child in children:
        if child.process is not None and child.is_running:
            os.killpg(child.process.pid, signal.SIGKILL)


def all_are_ready(platform: Platform) -> bool:
    """Whether every process runs and says that it is ready."""
    is_running = all(child.is_running for child in platform.supervisor.children)
    ports = [int(url.split(":")[2].split("/")[0]) for url in platform.metrics_urls]
    return is_running and all(is_ready(port) for port in ports)


class Faults:
    """The fault injection of the demonstration platform."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v1/_mock/faults"

    def add(
        self, path: str, status: int, *, count: int, method: str = "GET", **headers: str
    ) -> None:
        """The next ``count`` requests to a path are answered like this, and nothing is done."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        effect: dict[str, Any] = {"type": "status", "status": status, "headers": told}
        match = {"methods": [method], "path": path}
        rule = {"match": match, "effect": effect, "count": count}
        requests.post(self._url, json=rule, timeout=10).raise_for_status()


def account_id(platform_url: str, handle: str) -> str:
    """The platform's id of an account."""
    found = requests.get(
        f"{platform_url}/api/v1/accounts/lookup", params={"acct": handle}, timeout=10
    )
    return str(found.json()["id"])


def published(platform_url: str, handle: str) -> list[str]:
    """The words of what an account has posted, by the platform's own list."""
    path = f"{platform_url}/api/v1/accounts/{account_id(platform_url, handle)}/statuses"
    listed = requests.get(path, params={"limit": 40}, timeout=10)
    return [str(status["content"]) for status in listed.json()]
