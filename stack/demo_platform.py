"""The demonstration platform: a server of the Mastodon API (PyPI ``mastodon_mock``) on loopback."""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any, Final

ADMIN_TOKEN: Final = "mock_token"  # noqa: S105 - the public token of a demonstration server


def demo_platform_argv(home: Path, port: int) -> list[str]:
    """Its command line; what was posted is kept in ``home`` over restarts."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / "platform.toml"
    config.write_text(f'[database]\npath = "{home / "platform.sqlite"}"\n', encoding="utf-8")
    return [
        sys.executable,
        "-m",
        "mastodon_mock",
        "serve",
        f"--config={config}",
        "--host=127.0.0.1",
        f"--port={port}",
        "--log-level=warning",
    ]


class DemoPlatform:
    """The few calls that the demo needs to make accounts and let the public speak."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._tokens: dict[str, str] = {}

    def account(self, username: str) -> str:
        """The access token of a user, who is made when first asked for here (HTTP 422 if known elsewhere)."""
        if username not in self._tokens:
            answer = self._post("/api/v1/_mock/dev_user", {"username": username})
            self._tokens[username] = str(answer["access_token"])
        return self._tokens[username]

    def post(self, token: str, text: str, *, in_reply_to: str | None = None) -> dict[str, Any]:
        """A public post; returns the status as the API gives it."""
        body: dict[str, Any] = {"status": text}
        if in_reply_to:
            body["in_reply_to_id"] = in_reply_to
        return self._post("/api/v1/statuses", body, token)

    def _post(self, path: str, body: dict[str, Any], token: str = ADMIN_TOKEN) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is our own server's
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
