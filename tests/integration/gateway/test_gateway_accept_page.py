"""The page behind an invitation's link: static, closed to everything but its own files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.gateway.doors import Doors


@pytest.fixture
def doors(mongo_uri: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace, mode="production")
    yield made
    made.close()


def test_a_browser_gets_a_page_that_reflects_nothing_and_is_kept_nowhere(doors: Doors) -> None:
    client: Any = doors.app.test_client()
    page = client.get("/auth/accept?token=%3Cscript%3Esecret")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "secret" not in page.text
    assert page.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_only_its_own_files_are_served(doors: Doors) -> None:
    client: Any = doors.app.test_client()
    for name in ("page.js", "page.css"):
        assert f"/auth/accept/{name}" in client.get("/auth/accept").text
        assert client.get(f"/auth/accept/{name}").status_code == 200
    for name in ("index.html", "..", "..%2Fbootstrap.py"):
        assert client.get(f"/auth/accept/{name}").status_code == 404
