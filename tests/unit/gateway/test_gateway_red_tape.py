"""The red-tape clock and what trust is worth, from day documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.graphql_gateway.domain.red_tape import LABEL as READ
from services.graphql_gateway.domain.red_tape import decisions_waiting, red_tape
from services.graphql_gateway.domain.trust_report import trust_report
from services.reporting.domain.shares import LABEL as WRITTEN
from services.reporting.domain.shares import labelled

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
SPAN = {"first": "2026-03-01", "last": "2026-03-31"}


def a_day(unit_id: str = "unit", **changes: Any) -> dict[str, Any]:
    """One day document."""
    return {"unit_id": unit_id, "counts": {}, "seconds": {}} | changes


def waits(name: str, label: str, histogram: dict[str, int]) -> dict[str, Any]:
    """A histogram as reporting keeps it."""
    return {labelled(name, label): histogram}


def test_waiting_is_told_by_stage_topic_and_unit() -> None:
    days = [
        a_day("a", seconds=waits("stage_wait", "Recht & Co.", {"60": 4})),
        a_day("b", seconds=waits("stage_wait", "Recht & Co.", {"120": 2})),
        a_day("b", seconds=waits("topic_wait", "", {"60": 5}), counts={"stages_overdue": 2}),
        a_day("b", counts={"approvals_expired": 1}),
    ]
    found = red_tape(days, **SPAN)
    assert found["total"]["decisions"] == 6
    (stage,) = found["by_stage"]
    assert (stage["name"], stage["wait"]["median"]) == ("Recht & Co.", 60)
    assert [(u["unit_id"], u["decisions"]) for u in found["by_unit"]] == [("a", 4), ("b", 2)]
    assert [(t["name"], t["decisions"]) for t in found["by_topic"]] == [("", 5)]
    assert (found["overdue"], found["expired"]) == (2, 1)


@pytest.mark.parametrize(("number", "is_shown"), [(4, False), (5, True)])
def test_a_group_of_fewer_than_five_keeps_its_durations(number: int, is_shown: bool) -> None:
    found = red_tape([a_day(seconds=waits("stage_wait", "Look", {"60": number}))], **SPAN)
    assert found["by_stage"][0]["decisions"] == number
    assert (found["by_stage"][0]["wait"] is not None) is is_shown
    assert (found["by_unit"][0]["wait"] is not None) is is_shown


def test_both_sides_write_labels_alike() -> None:
    assert READ == WRITTEN


def a_round(content_id: str, days: int, **changes: Any) -> dict[str, Any]:
    """A round whose second stage waits."""
    since = NOW - timedelta(days=days)
    stages = [
        {"state": "closed", "opened_at": since - timedelta(days=9), "name": "First"},
        {"state": "open", "opened_at": since, "name": "Legal", "due_at": None},
    ]
    return {"content_id": content_id, "opened_at": since, "stages": stages} | changes


@pytest.mark.parametrize(
    ("ages", "sentence"),
    [
        ([], "No decision waits on you."),
        ([0], "One decision waits on you, for less than a day."),
        ([1], "One decision waits on you, for one day."),
        ([2, 9, 0], "Three decisions wait on you, the oldest nine days."),
        ([13] * 14, "14 decisions wait on you, the oldest 13 days."),
    ],
)
def test_what_waits_on_you_is_said_in_words(ages: list[int], sentence: str) -> None:
    rounds = [a_round(f"item-{n}", age) for n, age in enumerate(ages)]
    found = decisions_waiting(rounds, NOW)
    assert found["sentence"] == sentence
    assert found["count"] == len(ages)
    assert [d["days"] for d in found["decisions"]] == sorted(ages, reverse=True)


def test_the_oldest_fifty_are_listed_and_all_are_counted() -> None:
    found = decisions_waiting([a_round(f"item-{n}", n) for n in range(60)], NOW)
    assert (found["count"], len(found["decisions"])) == (60, 50)
    assert found["oldest_days"] == 59


def test_unreviewed_stands_beside_reviewed() -> None:
    counts = {
        "published_reviewed": 40,
        "incidents_reviewed": 2,
        "published_first": 30,
        "incidents_first": 3,
    }
    found = trust_report([a_day(counts=counts, seconds={"approval_wait": {"600": 3}})], **SPAN)
    assert found["reviewed"] == {"published": 40, "incidents": 2, "incident_rate": 0.05}
    assert found["unreviewed"] == {"published": 30, "incidents": 3, "incident_rate": 0.1}
    assert found["review_minutes_saved"] == 300
    assert found["sentence"] == (
        "30 went out first, 3 went wrong (10.0%); of 40 that were reviewed before,"
        " 2 went wrong (5.0%). About 300 minutes of waiting were saved."
    )


def test_nothing_is_made_up_where_there_is_nothing_to_compare_with() -> None:
    found = trust_report([], **SPAN)
    assert found["review_minutes_saved"] is None
    assert found["reviewed"]["incident_rate"] is None
    assert found["sentence"] == "Nothing went out before its review."
    first = trust_report([a_day(counts={"published_first": 2})], **SPAN)
    assert first["review_minutes_saved"] is None
    assert first["sentence"] == (
        "2 went out first, 0 went wrong (0.0%); of 0 that were reviewed before, none went wrong."
    )
