"""The three kinds of public servers that P1 is judged on, each with a list of its own."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pytest

from contracts.workflow.channels import Platform
from services.ingest.connectors.text import plain_text
from tests.bluesky.server import FOLDER, BlueskyServer, Holder
from tests.support.board import Board
from tests.support.lossy_proxy import Exchange
from tests.support.mastodon_server import MastodonServer, Member


class Outside(Protocol):
    """One account on one server; ``url`` below is the way to it through the proxy."""

    port: int
    platform: Platform

    @property
    def handle(self) -> str: ...
    def base_url(self, url: str) -> str: ...
    def credentials(self, url: str) -> dict[str, str]: ...
    def is_post(self, exchange: Exchange) -> bool:
        """Whether the request made something public."""
        ...

    def published(self) -> list[str]:
        """The words of everything that is public, from the server's own list."""
        ...


class OnMastodon:
    """Class A. The server may come up later than this object."""

    platform = Platform.MASTODON

    def __init__(self, port: int) -> None:
        self.port = port
        self._server = MastodonServer(port)

    @cached_property
    def _account(self) -> Member:
        return self._server.member("citywater")

    @property
    def handle(self) -> str:
        return self._account.handle

    def base_url(self, url: str) -> str:
        return url

    def credentials(self, url: str) -> dict[str, str]:
        return {"access_token": self._account.token}

    def is_post(self, exchange: Exchange) -> bool:
        return exchange.method == "POST" and exchange.path == "/api/v1/statuses"

    def published(self) -> list[str]:
        return [plain_text(one["content"]) for one in self._server.statuses(self._account)]


class OnBluesky:
    """Class B, on a real personal data server."""

    platform = Platform.ATPROTO

    def __init__(self, server: BlueskyServer) -> None:
        self.port = server.port
        self._server = server

    @cached_property
    def _holder(self) -> Holder:
        return self._server.account("citywater")

    @property
    def handle(self) -> str:
        return self._holder.handle

    def base_url(self, url: str) -> str:
        return url

    def credentials(self, url: str) -> dict[str, str]:
        return {"identifier": self._holder.handle, "password": self._holder.password}

    def is_post(self, exchange: Exchange) -> bool:
        return exchange.path.endswith("com.atproto.repo.putRecord")

    def published(self) -> list[str]:
        return [record["value"]["text"] for record in self._records()]

    def _records(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self._page(cursor)
            found += page["records"]
            cursor = page.get("cursor", "")
            if not cursor or not page["records"]:
                return found

    def _page(self, cursor: str) -> dict[str, Any]:
        query = f"repo={self._holder.did}&collection=app.bsky.feed.post&limit=100&cursor={cursor}"
        url = f"{self._server.url}/xrpc/com.atproto.repo.listRecords?{query}"
        with urllib.request.urlopen(url, timeout=20) as answer:
            page: dict[str, Any] = json.loads(answer.read())
            return page


@contextmanager
def outside_of(kind: str, folder: Path) -> Iterator[Outside | None]:
    """The public server of a class; None: the demo platform's own (class A)."""
    match kind:
        case "B":
            if not (FOLDER / "node_modules").exists():
                pytest.skip("make test-bluesky installs the server")
            folder.mkdir()
            with BlueskyServer(folder) as server:
                yield OnBluesky(server)
        case "C":
            with Board() as board:
                yield board
        case _:
            yield None
