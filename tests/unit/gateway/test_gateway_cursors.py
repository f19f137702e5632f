"""Cursors: opaque, bound to their list, and honest about nulls."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.refusals import Refusal
from services.graphql_gateway.execution.cursors import Order, Place, beyond, decode, encode

ASC, DESC = Order("due_at", is_descending=False), Order("due_at", is_descending=True)
MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", [MOMENT, None, "text", 7])
def test_a_cursor_carries_its_place(value: object) -> None:
    text = encode({"_id": "x", "due_at": value}, ASC, "bound")
    assert decode(text, "bound") == Place(value, "x")


@pytest.mark.parametrize(
    "text",
    ["", "e30", "not base64!", "W10", "WzEsImJvdW5kIix7InQiOiJ4In0sIngiXQ", "WzEsImJvdW5kIixbXSwieCJd"],
)  # fmt: skip
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        decode(text, "bound")


def test_a_cursor_of_another_list_is_refused() -> None:
    text = encode({"_id": "x", "due_at": None}, ASC, "bound")
    with pytest.raises(Refusal):
        decode(text, "other")


def test_nulls_come_first_ascending_and_last_descending() -> None:
    assert beyond(Place(None, "x"), ASC) == {
        "$or": [{"due_at": None, "_id": {"$gt": "x"}}, {"due_at": {"$ne": None}}]
    }
    assert beyond(Place(None, "x"), DESC) == {"$or": [{"due_at": None, "_id": {"$lt": "x"}}]}
    assert beyond(Place(MOMENT, "x"), ASC) == {
        "$or": [{"due_at": MOMENT, "_id": {"$gt": "x"}}, {"due_at": {"$gt": MOMENT}}]
    }
    assert {"due_at": None} in beyond(Place(MOMENT, "x"), DESC)["$or"]
