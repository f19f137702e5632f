"""Posts that come again, told with orders and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.clock import FixedClock
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import calendar as orders
from contracts.workflow.calendar import OddTime, SeriesState
from contracts.workflow.content import (
    ContentState,
    EditContent,
    RevokeContent,
    Schedule,
    SubmitContent,
    Variant,
)
from contracts.workflow.organizations import DeactivatePerson
from services.workflow.domain.calendar.series import ContentSeries
from services.workflow.domain.content.item import ContentItem
from tests.unit.workflow_content.newsroom import Newsroom

BERLIN = "Europe/Berlin"
WORDS = "The market is open from eight to one."
DAY = 24 * 3600.0


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def now(room: Newsroom) -> datetime:
    return room.factory.clock.now()


def to(room: Newsroom, moment: datetime) -> None:
    """Wind the clock on, without firing anything on the way."""
    clock = room.factory.clock
    assert isinstance(clock, FixedClock)
    clock.advance((moment - clock.now()).total_seconds())


def started(room: Newsroom, first: str, **changes: Any) -> str:
    """The id of a new weekly series by ann."""
    given: dict[str, Any] = {
        "unit_id": room.unit_id,
        "variants": (Variant(channel_id=room.channel_id, text=WORDS),),
        "schedule": Schedule(wall_time=first, time_zone=BERLIN),
        "rule": "FREQ=WEEKLY",
        "lead_days": 2,
    }
    return str(room.give(orders.StartSeries(**(given | changes)), room.ann).id)


def series_of(room: Newsroom, series_id: str) -> ContentSeries:
    return room.factory.reader(room.org_id).get(ContentSeries, series_id)


def items_of(room: Newsroom, series_id: str) -> list[ContentItem]:
    found = room.factory.reader(room.org_id).find(ContentItem, series_id=series_id)
    return sorted(found, key=lambda item: item.due_at or item.planned_at or now(room))


def settle(room: Newsroom) -> None:
    """Fire what is due until nothing new is."""
    for _ in range(4):
        room.fire_timers()


def in_days(room: Newsroom, days: float) -> str:
    """The wall time of Berlin so many days from now, at nine."""
    return f"{(now(room) + timedelta(days=days)).date().isoformat()}T09:00"


def test_each_occurrence_is_an_item_of_its_own_that_is_reviewed_and_scheduled(
    room: Newsroom,
) -> None:
    series_id = started(room, in_days(room, 1))
    settle(room)
    (item,) = items_of(room, series_id)
    assert (item.state, item.author_id) == (ContentState.IN_REVIEW, room.ann.person_id)
    room.vote(item.id)
    scheduled = room.item(item.id)
    assert (scheduled.state, scheduled.time_zone) == (ContentState.SCHEDULED, BERLIN)
    room.wait(7 * DAY)
    settle(room)
    assert len(items_of(room, series_id)) == 2


def test_nobody_approves_a_series_of_their_own(room: Newsroom) -> None:
    series_id = started(room, in_days(room, 1))
    settle(room)
    (item,) = items_of(room, series_id)
    with pytest.raises(Refusal):
        room.vote(item.id, room.ann)


def test_an_approval_holds_for_the_next_one_only_where_the_organization_says_so(
    room: Newsroom,
) -> None:
    room.give(orders.SetCalendar(gap_minutes=30, reuses_approval=True))
    series_id = started(room, in_days(room, 1))
    settle(room)
    (first,) = items_of(room, series_id)
    room.vote(first.id)
    room.wait(7 * DAY)
    settle(room)
    _, second = items_of(room, series_id)
    assert second.state is ContentState.SCHEDULED
    assert second.version_hash == first.version_hash
    assert series_of(room, series_id).recent[-1].outcome == "Approved as before."


def test_a_revoked_approval_is_not_used_again(room: Newsroom) -> None:
    room.give(orders.SetCalendar(gap_minutes=30, reuses_approval=True))
    series_id = started(room, in_days(room, 3))
    room.wait(DAY)
    settle(room)
    (first,) = items_of(room, series_id)
    room.vote(first.id)
    room.give(RevokeContent(content_id=first.id, reason="No."), room.bob)
    room.wait(7 * DAY)
    settle(room)
    assert items_of(room, series_id)[-1].state is ContentState.IN_REVIEW


def test_an_approval_ends_a_year_after_it_was_given_however_often_it_was_used(
    room: Newsroom,
) -> None:
    room.give(orders.SetCalendar(gap_minutes=30, reuses_approval=True))
    series_id = started(room, in_days(room, 1), rule="FREQ=MONTHLY", lead_days=40)
    settle(room)
    room.vote(items_of(room, series_id)[0].id)
    states = []
    for _ in range(13):
        room.wait(31 * DAY)
        settle(room)
        states.append(items_of(room, series_id)[-1].state)
    assert states[0] is not ContentState.IN_REVIEW
    assert states[-1] is ContentState.IN_REVIEW


def test_an_occurrence_that_somebody_took_up_is_not_submitted_behind_their_back(
    room: Newsroom,
) -> None:
    series_id = started(room, in_days(room, 1))
    room.fire_timers()
    (item,) = items_of(room, series_id)
    assert item.state is ContentState.DRAFT
    words = (Variant(channel_id=room.channel_id, text="The market is closed."),)
    room.give(EditContent(content_id=item.id, rev=item.rev, variants=words), room.ann)
    room.give(SubmitContent(content_id=item.id), room.ann)
    settle(room)
    assert room.item(item.id).version == 1


def test_odd_times_are_shown_ahead_and_beside_the_item(room: Newsroom) -> None:
    to(room, datetime(2027, 3, 20, 9, 0, tzinfo=UTC))
    series_id = started(
        room, "2027-03-27T02:30", rule="FREQ=DAILY;COUNT=3", lead_days=5
    )  # the clocks go on in the night to 28 March 2027
    ahead = series_of(room, series_id).ahead
    assert [one.odd for one in ahead] == [None, OddTime.SKIPPED, None]
    assert ahead[1].schedule.wall_time == "2027-03-28T03:30"
    room.wait(3 * DAY)
    settle(room)
    odd = items_of(room, series_id)[1]
    assert "does not exist in Europe/Berlin" in odd.notes
    room.vote(odd.id)
    assert room.item(odd.id).due_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_the_second_of_two_equal_times_is_never_meant(room: Newsroom) -> None:
    to(room, datetime(2027, 10, 29, 9, 0, tzinfo=UTC))
    series_id = started(room, "2027-10-31T02:30", rule="FREQ=DAILY;COUNT=1", schedule=Schedule(
        wall_time="2027-10-31T02:30", time_zone=BERLIN, fold=0))  # fmt: skip
    settle(room)
    (item,) = items_of(room, series_id)
    assert "happens twice" in item.notes
    room.vote(item.id)
    assert room.item(item.id).due_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_series_ends_by_order_and_by_its_rule(room: Newsroom) -> None:
    series_id = started(room, in_days(room, 1))
    room.give(orders.EndSeries(series_id=series_id, reason="Winter."), room.ann)
    room.wait(DAY)
    assert items_of(room, series_id) == []
    assert series_of(room, series_id).state is SeriesState.ENDED
    once = started(room, in_days(room, 2), rule="FREQ=DAILY;COUNT=1")
    room.fire_timers()
    assert series_of(room, once).state is SeriesState.ENDED
    assert len(items_of(room, once)) == 1
    with pytest.raises(Refusal) as no:
        room.give(orders.EndSeries(series_id=once, reason="Again."), room.ann)
    assert no.value.code is RefusalCode.WRONG_STATE


def test_a_series_of_somebody_who_left_ends(room: Newsroom) -> None:
    series_id = started(room, in_days(room, 5))
    room.give(DeactivatePerson(person_id=str(room.ann.person_id), reason="Gone."))
    room.wait(4 * DAY)
    assert series_of(room, series_id).end_reason == "Its author has left."
    assert items_of(room, series_id) == []


def test_what_passed_while_the_clock_stood_still_is_not_made_late(room: Newsroom) -> None:
    series_id = started(room, in_days(room, 5), rule="FREQ=DAILY")
    room.wait(10 * DAY)
    settle(room)
    assert all(
        (i.due_at or i.planned_at or now(room)) >= now(room) for i in items_of(room, series_id)
    )


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=3", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
     "FREQ=WEEKLY;BYDAY=2MO", "FREQ=DAILY;COUNT=2;UNTIL=20300101", "FREQ=DAILY;FREQ=DAILY",
     "FREQ=DAILY;UNTIL=20261399", "FREQ=MONTHLY;BYDAY=99FR", "FREQ=DAILY;" + "A" * 400,
     "FREQ=MONTHLY;BYSETPOS=2", "FREQ=DAILY;UNTIL=20200101"],
)  # fmt: skip
def test_rules_that_are_none_of_ours_are_refused(room: Newsroom, rule: str) -> None:
    with pytest.raises(Refusal) as no:
        started(room, in_days(room, 1), rule=rule)
    assert (no.value.code, no.value.field) == (RefusalCode.BAD_RULE, ("rule",))
