"""The calendar of rows: times, conflicts, closed windows, occurrences to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.refusals import Refusal
from services.graphql_gateway.domain.calendar import (
    Asked,
    CalendarStanding,
    Known,
    asked,
    calendar,
    wall_time,
)

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
WEEK = Asked(start=NOON - timedelta(days=1), end=NOON + timedelta(days=6))
UNITS = (
    {"_id": "city", "parent_id": None, "time_zone": "UTC"},
    {"_id": "zoo", "parent_id": "city", "time_zone": "Pacific/Auckland"},
)


def an_item(ident: str, minutes: float = 0, **changes: Any) -> dict[str, Any]:
    """A scheduled post."""
    made: dict[str, Any] = {
        "_id": ident, "state": "scheduled", "due_at": NOON + timedelta(minutes=minutes),
        "planned_at": None, "wall_time": "2026-03-13T01:00", "time_zone": "Pacific/Auckland",
        "unit_id": "zoo", "channel_ids": ["c1"], "variants": [{"text": f"Words of {ident}"}],
        "tags": [], "notes": "", "series_id": None,
    }  # fmt: skip
    return made | changes


def a_window(**changes: Any) -> dict[str, Any]:
    """A blackout of everything, for two hours from noon."""
    made: dict[str, Any] = {
        "_id": "w1", "org_id": "o", "kind": "blackout", "scope": "organization", "scope_id": None,
        "starts_at": NOON, "ends_at": NOON + timedelta(hours=2), "starts_wall": "", "ends_wall": "",
        "time_zone": "UTC", "ends_zone": "UTC", "reason": "Election", "tags": [],
        "exempt_content_ids": [], "exempt_channel_ids": [], "exempt_unit_ids": [], "added_by": "p",
        "is_active": True, "ended_at": None, "ended_by": None, "end_reason": "",
    }  # fmt: skip
    return made | changes


def shown(*items: dict[str, Any], wanted: Asked = WEEK, **known: Any) -> list[dict[str, Any]]:
    """The entries of these rows."""
    given = {
        "windows": (),
        "units": UNITS,
        "series": (),
        "settings": ({"gap_minutes": 30},),
    } | known
    found: list[dict[str, Any]] = calendar(wanted, Known(items=items, **given))["entries"]
    return found


def test_an_entry_has_its_instant_and_the_wall_time_of_its_unit() -> None:
    (entry,) = shown(an_item("a"))
    assert (entry["at"], entry["wall_time"]) == (NOON, "2026-03-13T01:00")
    assert (entry["time_zone"], entry["note"]) == ("Pacific/Auckland", "")


def test_a_wall_time_that_happens_twice_says_which_it_is() -> None:
    first = datetime(2026, 4, 4, 13, 30, tzinfo=UTC)
    assert wall_time(first, "Pacific/Auckland")[1].endswith("this is the first time.")
    again = wall_time(first + timedelta(hours=1), "Pacific/Auckland")
    assert again == (
        "2026-04-05T02:30",
        "2026-04-05T02:30 happens twice in Pacific/Auckland: this is the second time.",
    )


def test_two_posts_nearer_than_the_gap_are_a_conflict_of_both() -> None:
    a, b, c, d = shown(
        an_item("a"), an_item("b", 20), an_item("c", 50), an_item("d", 55, channel_ids=["c2"])
    )
    assert [(one["content_id"], one["minutes"]) for one in a["conflicts"]] == [("b", 20)]
    assert [one["content_id"] for one in b["conflicts"]] == ["a"]
    assert c["conflicts"] == d["conflicts"] == []


def test_a_conflict_with_what_lies_outside_the_span_is_marked_too() -> None:
    narrow = Asked(start=NOON, end=NOON + timedelta(minutes=5))
    (entry,) = shown(an_item("a"), an_item("b", 10), wanted=narrow)
    assert [one["content_id"] for one in entry["conflicts"]] == ["b"]


def test_windows_mark_what_they_keep_back_and_nothing_that_is_out() -> None:
    out = an_item("b", 5, state="published", channel_ids=["c2"])
    later = an_item("c", 200)
    a, b, c = shown(an_item("a"), out, later, windows=(a_window(),))
    assert (a["window_ids"], b["window_ids"], c["window_ids"]) == (["w1"], [], [])
    window = a_window(scope="unit", scope_id="city")
    assert shown(an_item("a"), windows=(window,))[0]["window_ids"] == ["w1"]
    free = a_window(exempt_unit_ids=["city"])
    assert shown(an_item("a"), windows=(free,))[0]["window_ids"] == []


def test_an_embargo_marks_what_carries_its_tags() -> None:
    window = a_window(kind="embargo", tags=["Budget"])
    a, b = shown(an_item("a", tags=["budget"]), an_item("b", 60), windows=(window,))
    assert (a["window_ids"], b["window_ids"]) == (["w1"], [])


def test_plans_and_occurrences_to_come_are_entries_too() -> None:
    planned = an_item("a", due_at=None, planned_at=NOON, state="in_review")
    ahead = {
        "number": 3, "due_at": NOON + timedelta(minutes=10), "note": "It is odd.", "odd": "skipped",
        "schedule": {"wall_time": "2026-03-13T01:10", "time_zone": "Pacific/Auckland"},
    }  # fmt: skip
    series = {
        "_id": "s1", "unit_id": "zoo", "channel_ids": ["c1"], "ahead": [ahead], "tags": [],
        "variants": [{"text": "Again"}],
    }  # fmt: skip
    first, second = shown(planned, series=(series,))
    assert (first["standing"], second["standing"]) == (
        CalendarStanding.PLANNED,
        CalendarStanding.COMING,
    )
    assert (second["content_id"], second["series_id"], second["note"]) == (None, "s1", "It is odd.")
    assert first["conflicts"][0]["content_id"] is None


@pytest.mark.parametrize("days", [0, -1, 401])
def test_spans_that_are_none_or_too_long_are_refused(days: int) -> None:
    with pytest.raises(Refusal):
        asked({"from": NOON, "to": NOON + timedelta(days=days)})
