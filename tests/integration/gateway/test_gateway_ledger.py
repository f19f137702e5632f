"""The public ledger of corrections: for anybody to read, and nothing of the inside in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.ids import derived
from tests.integration.gateway.doors import Doors
from tests.support import gateway_data as a

ORG = derived("organization", "city")
WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% include 'x' %}",
    "\u202eevil",
)


@pytest.fixture
def doors(mongo_uri: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace, mode="production")
    made.put("organizations", {**a.an_organization(ORG), "slug": "city", "name": "City <b>"})
    yield made
    made.close()


def a_correction(number: int, **changes: Any) -> dict[str, Any]:
    """A stored correction with its public part."""
    public = {
        "number": number,
        "kind": "correction",
        "error_class": "factual",
        "state": "applied",
        "found_by": "author",
        "live_at": WHEN,
        "found_at": WHEN,
        "approved_at": WHEN,
        "what_was_wrong": "The wrong day.",
        "what_is_right": "It is Tuesday.",
        "places": [
            {"channel": "City", "url": "https://x.example/1", "action": "edit", "is_done": True}
        ],
    }
    return {
        "_id": f"{ORG}-{number}",
        "org_id": ORG,
        "number": number,
        "is_public": True,
        "lesson": "canary-inside",
        "reported_by": "canary-inside",
        "public": public | changes,
    }


def get(doors: Doors, path: str, **headers: str) -> Any:
    """What anybody gets."""
    return doors.app.test_client().get(path, headers=headers)


def test_anybody_reads_it_without_signing_in_and_nothing_of_the_inside(doors: Doors) -> None:
    doors.put("corrections", a_correction(1))
    page = get(doors, "/ledger/city", Accept="text/html")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "It is Tuesday." in page.text
    assert "canary-inside" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "public, max-age=60"
    again = get(doors, "/ledger/city", Accept="text/html", If_None_Match=page.headers["ETag"])
    assert again.status_code == 304


def test_no_text_of_it_runs(doors: Doors) -> None:
    for number, payload in enumerate(PAYLOADS, 1):
        places = [
            {"channel": payload, "url": "javascript:alert(1)", "action": "edit", "is_done": False}
        ]
        wrong = a_correction(number, what_was_wrong=payload, what_is_right=payload, places=places)
        doors.put("corrections", wrong)
    text = get(doors, "/ledger/city").text
    assert "<script" not in text
    assert "<img" not in text
    assert "javascript:" not in text
    assert "City <b>" not in text
    assert "{{ 7 * 7 }}" in text


def test_programs_get_json_in_pages_with_the_newest_first(doors: Doors) -> None:
    doors.put("corrections", *(a_correction(n) for n in range(1, 54)))
    first = get(doors, "/ledger/city", Accept="application/json").get_json()
    assert [one["number"] for one in first["corrections"]] == list(range(53, 3, -1))
    rest = get(doors, f"/ledger/city?before={first['older']}", Accept="application/json")
    assert [one["number"] for one in rest.get_json()["corrections"]] == [3, 2, 1]
    one = get(doors, "/ledger/city/7", Accept="application/json").get_json()
    assert [each["number"] for each in one["corrections"]] == [7]


def test_what_is_not_there_and_what_is_not_public_look_the_same(doors: Doors) -> None:
    hidden = {**a_correction(1), "is_public": False}
    doors.put("corrections", hidden)
    for path in ("/ledger/city/1", "/ledger/nowhere", "/ledger/nowhere/1", "/ledger/city/2"):
        assert get(doors, path, Accept="text/html").status_code == 404
        assert get(doors, path, Accept="application/json").get_json()["code"] == "NotFound"
    assert "There are none." in get(doors, "/ledger/city").text
    assert get(doors, "/ledger/city?before=-1").status_code == 422
    assert get(doors, "/ledger/city/99999999999999999999999").status_code == 404


def test_the_chain_is_given_away_but_for_what_is_private(doors: Doors) -> None:
    link = {
        "_id": "e1",
        "org_id": ORG,
        "n": 1,
        "correction_id": "c1",
        "at": WHEN,
        "public_json": "null",
        "private_json": json.dumps({"lesson": "canary-inside"}),
        "private_hash": "1" * 64,
        "previous_hash": "0" * 64,
        "hash": "2" * 64,
    }
    doors.put("correction_entries", link)
    answer = get(doors, "/ledger/city/chain")
    assert answer.get_json()["links"][0]["hash"] == "2" * 64
    assert "canary-inside" not in answer.text
    assert get(doors, "/ledger/city/chain?after=1").get_json()["links"] == []
