"""A real server of the Mastodon API (PyPI ``mastodon_mock``) in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from tests.support.ports import free_port
from tests.support.waiting import eventually

OWNER_TOKEN = "mock_token"


@dataclass(frozen=True)
class Member:
    """An account of the server and its token."""

    id: str
    handle: str
    token: str


class MastodonServer:
    """Starts on a free port with an empty database in memory; ``with`` stops it."""

    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MastodonServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return when it answers."""
        command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory"]
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error"]
        self._process = subprocess.Popen(
            [*command, *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        eventually(self._answers, within_s=20)

    def stop(self) -> None:
        """Return when it is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def owner(self) -> Member:
        """The account that is there from the beginning."""
        found = self.get("/api/v1/accounts/verify_credentials", OWNER_TOKEN)
        return Member(found["id"], found["acct"], OWNER_TOKEN)

    def member(self, name: str) -> Member:
        """A new account."""
        made = self.post("/api/v1/_mock/dev_user", {"username": name})
        return Member(made["id"], made["username"], made["access_token"])

    def say(self, who: Member, text: str, **more: Any) -> dict[str, Any]:
        """Somebody posts a status."""
        said: dict[str, Any] = self.post("/api/v1/statuses", {"status": text, **more}, who.token)
        return said

    def statuses(self, who: Member) -> list[dict[str, Any]]:
        """Everything an account has posted: the platform's own list, newest first."""
        found: list[dict[str, Any]] = []
        older = ""
        while True:
            path = f"/api/v1/accounts/{who.id}/statuses?limit=40{older}"
            page: list[dict[str, Any]] = self.get(path, who.token)
            found += page
            if len(page) < 40:
                return found
            older = f"&max_id={page[-1]['id']}"

    def fault(self, path: str, effect: dict[str, Any], *, count: int, method: str = "POST") -> None:
        """The next ``count`` requests end like this, before they do anything."""
        match = {"methods": [method], "path": path}
        self.post("/api/v1/_mock/faults", {"match": match, "effect": effect, "count": count})

    def get(self, path: str, token: str) -> Any:
        """The JSON of a GET."""
        return self._ask(urllib.request.Request(f"{self.url}{path}", headers=_bearer(token)))

    def post(self, path: str, value: dict[str, Any], token: str = "") -> Any:
        """The JSON of a POST."""
        headers = {"content-type": "application/json", **_bearer(token)}
        body = json.dumps(value).encode()
        return self._ask(urllib.request.Request(f"{self.url}{path}", body, headers))

    def _ask(self, request: urllib.request.Request) -> Any:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/v2/instance", timeout=1):
                return True
        except (urllib.error.URLError, OSError):
            return False


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}
