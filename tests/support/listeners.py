"""Subscribers: the official client of graphql-sse, and a bare reader of the bytes of a stream."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import requests

NODE = Path(__file__).parents[1] / "node"


class Listener:
    """The npm client in distinct connections mode; what it heard so far. ``with`` ends it."""

    def __init__(self, url: str, token: str, text: str) -> None:
        self.heard: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            ["node", "graphql_sse_client.mjs", url, token, text],
            cwd=NODE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def events(self, field: str) -> list[dict[str, Any]]:
        """What came under a root field, oldest first."""
        return [each["data"][field] for each in self.heard if each.get("data")]

    def is_connected(self) -> bool:
        """Whether the server accepted the subscription."""
        return {"connected": True} in self.heard

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard.append(json.loads(line))


def first_line(url: str, token: str, text: str, *, within_s: float) -> bytes | None:
    """The first line of a stream in which nothing happens; None if the process has no place left."""
    asked = requests.post(
        url,
        json={"query": text},
        headers={"Authorization": f"Bearer {token}", "Accept": "text/event-stream"},
        stream=True,
        timeout=(10, within_s),
    )
    with asked as answer:
        if answer.status_code == 429:
            return None
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        return next(answer.iter_lines(chunk_size=1))  # type: ignore[no-any-return]
