"""Merged quantiles are exact to one second, whatever way the documents were cut."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.graphql_gateway.domain.report import ReportDimension, measure, report


def a_day(seconds: list[int], **changes: Any) -> dict[str, Any]:
    counted = {str(value): number for value, number in Counter(seconds).items()}
    made = {"day": "2026-03-01", "channel_id": "c", "unit_id": "u", "counts": {}}
    return {**made, "seconds": {"reply_time": counted}, **changes}


def plain_quantile(values: list[int], share: float) -> float:
    """Hyndman and Fan's type 7, written down once more from the paper."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=60), st.data())
def test_quantiles_of_merged_documents_are_those_of_the_plain_list(
    values: list[int], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(values)), max_size=4)))
    pieces = [values[low:high] for low, high in pairwise([0, *cuts, len(values)])]
    found = report([a_day(p) for p in pieces], [], first="a", last="b")["total"]["reply_time"]
    assert found["count"] == len(values)
    assert found["median"] == pytest.approx(plain_quantile(values, 0.5))
    assert found["p90"] == pytest.approx(plain_quantile(values, 0.9))
    assert found["over_24h"] == sum(value > 86_400 for value in values)


def test_a_measure_of_nothing_has_no_quantiles() -> None:
    assert measure({}) == {"count": 0, "median": None, "p90": None, "over_24h": 0}
    assert measure({5: 0}) == {"count": 0, "median": None, "p90": None, "over_24h": 0}


def test_rows_are_grouped_and_parts_of_a_day_are_summed() -> None:
    documents = [
        a_day([60], slot=0, counts={"mentions": 2, "replies": 1}),
        a_day([120], slot=1, counts={"mentions": 3}),
        a_day([10], day="2026-03-02", counts={"mentions": 1, "unheard_of": 9}),
    ]
    found = report(documents, [ReportDimension.DAY], first="2026-03-01", last="2026-03-02")
    assert [(r["day"], r["channel_id"], r["mentions"]) for r in found["rows"]] == [
        ("2026-03-01", None, 5),
        ("2026-03-02", None, 1),
    ]
    assert found["rows"][0]["reply_time"]["median"] == 90
    assert (found["total"]["mentions"], found["total"]["replies"]) == (6, 1)


def test_a_report_without_dimensions_has_one_row_equal_to_its_total() -> None:
    found = report([a_day([1]), a_day([2], unit_id="v")], [], first="a", last="b")
    assert found["rows"] == [found["total"]]
    assert report([], [], first="a", last="b")["rows"] == []
