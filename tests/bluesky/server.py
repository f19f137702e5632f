"""A real server of the AT Protocol in one Node process."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ports import free_port
from tests.support.waiting import eventually

FOLDER = Path(__file__).resolve().parents[1] / "node-bluesky"


@dataclass(frozen=True)
class Holder:
    """An account of the server."""

    did: str
    handle: str
    password: str


class BlueskyServer:
    """Starts on free ports with empty data in ``home``."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._home = home
        self._log = home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> BlueskyServer:
        told = {
            "PATH": os.environ["PATH"],
            "LOG_ENABLED": "false",
            "PLC_PORT": str(free_port()),
            "PDS_PORT": str(self.port),
            "PDS_DIR": str(self._home / "data"),
        }
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                ["node", "server.cjs"], cwd=FOLDER, env=told, stdout=out, stderr=out
            )
        eventually(lambda: "READY" in self._log.read_text() or self._is_dead(), within_s=60)
        assert not self._is_dead(), self._log.read_text()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(20)

    def account(self, name: str) -> Holder:
        """A new account with a handle under .test."""
        handle = f"{name}{secrets.token_hex(3)}.test"
        password = secrets.token_hex(8)
        email = f"{handle}@example.org"
        made = self.call(
            "com.atproto.server.createAccount",
            {"email": email, "handle": handle, "password": password},
        )
        return Holder(made["did"], handle, password)

    def call(self, method: str, value: dict[str, Any]) -> Any:
        """One procedure without a session."""
        request = urllib.request.Request(
            f"{self.url}/xrpc/{method}",
            json.dumps(value).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def records(self, holder: Holder) -> list[dict[str, Any]]:
        """Every post of a repository: the server's own list."""
        collection = "app.bsky.feed.post"
        url = f"{self.url}/xrpc/com.atproto.repo.listRecords?repo={holder.did}&collection={collection}&limit=100"
        with urllib.request.urlopen(url, timeout=20) as answer:
            found: list[dict[str, Any]] = json.loads(answer.read())["records"]
            return found

    def blob(self, holder: Holder, cid: str) -> bytes:
        """The bytes of a file, as the server gives them to anybody."""
        url = f"{self.url}/xrpc/com.atproto.sync.getBlob?did={holder.did}&cid={cid}"
        with urllib.request.urlopen(url, timeout=20) as answer:
            found: bytes = answer.read()
            return found

    def _is_dead(self) -> bool:
        return self._process is None or self._process.poll() is not None
