"""Wall time means wall time; texts fit their channels."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import Schedule, Variant
from services.workflow.domain.checks.evidence import ChannelFacts, Evidence
from services.workflow.domain.content.times import instant_of, said_at
from services.workflow.domain.policies.judging import house_clauses, judge
from tests.unit.workflow_content.builders import an_item


def at(wall: str, zone: str = "Europe/Berlin", fold: int | None = None) -> Schedule:
    return Schedule(wall_time=wall, time_zone=zone, fold=fold)


def test_a_wall_time_follows_its_zone() -> None:
    assert instant_of(at("2026-07-01T09:30")) == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert instant_of(at("2026-12-01T09:30")) == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_shown_with_its_neighbours() -> None:
    with pytest.raises(Refusal) as no:
        instant_of(at("2026-03-29T02:30"))
    assert no.value.code is RefusalCode.INVALID_TIME
    assert no.value.data["nearest"] == ["2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00.000Z"]


def test_a_time_that_happens_twice_is_asked_about() -> None:
    with pytest.raises(Refusal) as no:
        instant_of(at("2026-10-25T02:30"))
    assert no.value.code is RefusalCode.AMBIGUOUS_TIME
    first, second = no.value.data["instants"]
    assert (first, second) == ("2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z")
    assert instant_of(at("2026-10-25T02:30", fold=1)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        ("soon", "UTC"),
        ("2026-03-01T09:30+01:00", "UTC"),
        ("2026-03-01T09:30", "Mars/Olympus"),
        ("2026-03-01T09:30", "../etc"),
        ("9999-12-31T23:59", "America/New_York"),
        ("0001-01-01T00:00", "Asia/Tokyo"),
    ],
)
def test_what_is_no_wall_time_is_refused(wall: str, zone: str) -> None:
    with pytest.raises(Refusal) as no:
        instant_of(at(wall, zone))
    assert no.value.code is RefusalCode.INVALID_TIME


def taking(limit: int | None) -> Evidence:
    """A channel that takes so many characters."""
    return Evidence(channels={"channel-1": ChannelFacts(platform="mastodon", text_limit=limit)})


FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"


@pytest.mark.parametrize(
    ("text", "limit", "is_blocked"),
    [
        ("x" * 300, 300, False),
        ("x" * 301, 300, True),
        (FAMILY * 3, 3, False),
        (FAMILY * 3, 2, True),
        ("e\u0301" * 5, 5, False),
        ("x" * 9999, None, False),
    ],
)
def test_length_is_counted_as_people_see_it(text: str, limit: int | None, is_blocked: bool) -> None:
    item = an_item(variants=(Variant(channel_id="channel-1", text=text),))
    found = judge(item, house_clauses(), taking(limit))
    assert any(f.severity == "block" for f in found) is is_blocked


def test_a_finding_marks_what_is_over() -> None:
    item = an_item(variants=(Variant(channel_id="channel-1", text="abcdef"),))
    (finding,) = judge(item, house_clauses(), taking(4))
    assert (finding.start, finding.end, finding.channel_id) == (4, 6, "channel-1")


def test_a_kept_time_means_the_same_instant_also_where_the_clocks_go_back() -> None:
    for fold in (0, 1):
        instant = instant_of(at("2026-10-25T02:30", fold=fold))
        assert instant_of(said_at("2026-10-25T02:30", "Europe/Berlin", instant)) == instant
    assert (
        said_at("2026-07-01T09:30", "Europe/Berlin", instant_of(at("2026-07-01T09:30"))).fold
        is None
    )
