"""Blackouts and embargoes, told with orders and time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import calendar as orders
from contracts.workflow.calendar import WindowKind
from contracts.workflow.content import ContentState, EditContent, Schedule, ScheduleContent, Variant
from contracts.workflow.deliveries import DeliveryState, HeldBy, Outcome
from services.workflow.domain.calendar.window import CalendarWindow
from services.workflow.domain.deliveries.delivery import Delivery
from tests.support.corrections import corrected
from tests.unit.workflow_content.newsroom import Newsroom, publisher_of

S = DeliveryState


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def utc(moment: datetime) -> Schedule:
    """A wall time in UTC."""
    return Schedule(wall_time=moment.replace(tzinfo=None).isoformat(), time_zone="UTC")


def in_hours(room: Newsroom, hours: float) -> Schedule:
    """The wall time so many hours from now."""
    return utc(room.factory.clock.now() + timedelta(hours=hours))


def closed(room: Newsroom, start: float = 0, end: float = 2, **changes: Any) -> str:
    """The id of a new window, in hours from now; a blackout of everything by default."""
    given: dict[str, Any] = {
        "kind": WindowKind.BLACKOUT,
        "scope": ScopeKind.ORGANIZATION,
        "starts": in_hours(room, start),
        "ends": in_hours(room, end),
        "reason": "Election day.",
    }
    return str(room.give(orders.AddWindow(**(given | changes))).id)


def scheduled(room: Newsroom, content_id: str, hours: float) -> Any:
    """Set the time of an approved item."""
    when = in_hours(room, hours)
    return room.give(ScheduleContent(content_id=content_id, schedule=when), room.bob)


def refused(room: Newsroom, content_id: str, hours: float) -> Refusal:
    """The refusal of a time."""
    with pytest.raises(Refusal) as no:
        scheduled(room, content_id, hours)
    assert room.item(content_id).state is ContentState.APPROVED
    return no.value


def test_a_blackout_refuses_times_inside_it_and_says_until_when(room: Newsroom) -> None:
    window_id = closed(room, 1, 3)
    content_id = room.approved()
    no = refused(room, content_id, 2)
    assert no.code is RefusalCode.BLACKOUT
    assert no.data["window_id"] == window_id
    assert "Election day." in no.sentence
    assert scheduled(room, content_id, 3).state is ContentState.SCHEDULED


def test_a_proposed_time_inside_a_blackout_waits_for_a_person(room: Newsroom) -> None:
    closed(room, 1, 3)
    content_id = room.approved(schedule=in_hours(room, 2))
    assert room.item(content_id).state is ContentState.APPROVED


def test_what_is_due_inside_a_later_blackout_is_held_and_released_when_it_ends(
    room: Newsroom,
) -> None:
    content_id = room.approved()
    scheduled(room, content_id, 1)
    window_id = closed(room, 0.5, 1.5)
    room.wait(3600)
    assert not room.lease(room.delivery(content_id)).is_granted
    held = room.delivery(content_id)
    assert (held.state, held.held_by, held.window_id) == (S.HELD, HeldBy.WINDOW, window_id)
    room.wait(1801)
    room.fire_timers()
    free = room.delivery(content_id)
    assert (free.state, free.window_id, free.due_at) == (S.PENDING, None, held.due_at)
    window = room.factory.reader(room.org_id).get(CalendarWindow, window_id)
    assert (window.is_active, window.ended_by) == (False, None)


def test_a_blackout_catches_an_attempt_that_was_leased_before_it(room: Newsroom) -> None:
    lease = room.lease(room.published_now())
    closed(room)
    with pytest.raises(Refusal) as no:
        room.begin(lease)
    assert no.value.code is RefusalCode.BLACKOUT


def test_removing_a_window_gives_back_what_it_held(room: Newsroom) -> None:
    delivery = room.published_now()
    window_id = closed(room)
    assert not room.lease(delivery).is_granted
    room.give(orders.RemoveWindow(window_id=window_id, reason="It was a mistake."))
    room.fire_timers()
    assert room.lease(delivery).is_granted
    with pytest.raises(Refusal) as no:
        room.give(orders.RemoveWindow(window_id=window_id, reason="Again."))
    assert no.value.code is RefusalCode.WRONG_STATE


def test_an_exempted_item_goes_out_and_so_does_one_exempted_later(room: Newsroom) -> None:
    delivery = room.published_now()
    window_id = closed(room)
    assert not room.lease(delivery).is_granted
    room.give(orders.ChangeWindow(window_id=window_id, exempt_content_ids=(delivery.content_id,)))
    room.fire_timers()
    assert room.lease(delivery).is_granted


def test_a_window_that_is_changed_and_still_holds_holds_again(room: Newsroom) -> None:
    delivery = room.published_now()
    window_id = closed(room)
    assert not room.lease(delivery).is_granted
    room.give(orders.ChangeWindow(window_id=window_id, ends=in_hours(room, 5)))
    room.fire_timers()
    assert not room.lease(delivery).is_granted
    assert room.delivery(delivery.content_id).held_by is HeldBy.WINDOW


def test_an_embargo_is_about_its_tags_alone(room: Newsroom) -> None:
    closed(room, 0, 5, kind=WindowKind.EMBARGO, tags=("Budget 2026",))
    told = room.approved(tags=("budget 2026",))
    other = room.approved(text="The pool is open.", tags=("pool",))
    assert refused(room, told, 2).code is RefusalCode.EMBARGOED
    assert scheduled(room, other, 2).state is ContentState.SCHEDULED


def test_a_window_on_a_unit_closes_its_subtree_and_nothing_else(room: Newsroom) -> None:
    elsewhere = room.a_unit("Elsewhere")
    closed(room, scope=ScopeKind.UNIT, scope_id=elsewhere)
    content_id = room.approved()
    assert scheduled(room, content_id, 1).state is ContentState.SCHEDULED
    closed(room, 0, 9, scope=ScopeKind.UNIT, scope_id=room.unit_id)
    assert refused(room, room.approved(text="More."), 3).code is RefusalCode.BLACKOUT


def test_corrections_of_what_is_live_go_out_in_a_blackout(room: Newsroom) -> None:
    live = room.sent(room.published_now(), Outcome.CONFIRMED, external_id="7")
    closed(room)
    fixed = Variant(channel_id=live.channel_id, text="The bridge opens on Tuesday.")

    def plan(work: Any) -> Delivery:
        return corrected(work.get(Delivery, live.id), fixed, work, source_id="c1")

    change = room.factory.run(publisher_of(room), room.org_id, plan)
    lease = room.lease(change)
    assert lease.is_granted
    room.begin(lease)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start": 3, "end": 2}, RefusalCode.INVALID_TIME),
        ({"start": -3, "end": -2}, RefusalCode.INVALID_TIME),
        ({"kind": WindowKind.EMBARGO}, RefusalCode.INVALID_ARGUMENT),
        ({"tags": ("x",)}, RefusalCode.INVALID_ARGUMENT),
        ({"scope": ScopeKind.UNIT}, RefusalCode.NOT_FOUND),
        ({"scope": ScopeKind.CHANNEL, "scope_id": "nowhere"}, RefusalCode.NOT_FOUND),
        ({"exempt_channel_ids": ("nowhere",)}, RefusalCode.NOT_FOUND),
        ({"reason": " "}, RefusalCode.REASON_REQUIRED),
    ],
)
def test_windows_that_make_no_sense_are_refused(
    room: Newsroom, changes: dict[str, Any], code: RefusalCode
) -> None:
    with pytest.raises(Refusal) as no:
        closed(room, **changes)
    assert no.value.code is code


def test_a_window_at_a_time_that_does_not_exist_is_refused_with_the_field(room: Newsroom) -> None:
    gone = Schedule(wall_time="2026-03-29T02:30", time_zone="Europe/Berlin")
    with pytest.raises(Refusal) as no:
        closed(room, starts=gone)
    assert (no.value.code, no.value.field) == (RefusalCode.INVALID_TIME, ("starts", "wallTime"))


def test_an_author_cannot_close_the_calendar(room: Newsroom) -> None:
    author = room.a_member("dan", (Role.AUTHOR, None))
    command = orders.AddWindow(
        kind=WindowKind.BLACKOUT,
        scope=ScopeKind.ORGANIZATION,
        starts=in_hours(room, 0),
        ends=in_hours(room, 1),
        reason="I say so.",
    )
    with pytest.raises(Refusal) as no:
        room.give(command, author)
    assert no.value.code is RefusalCode.FORBIDDEN


def test_a_plan_has_its_instant_until_the_item_has_a_time(room: Newsroom) -> None:
    content_id = room.a_draft(schedule=in_hours(room, 5))
    planned = room.item(content_id).planned_at
    assert planned == room.factory.clock.now() + timedelta(hours=5)
    other = room.approved(text="Another.", schedule=in_hours(room, 5))
    assert (room.item(other).planned_at, room.item(other).due_at) == (None, planned)
    room.give(
        EditContent(content_id=other, rev=room.item(other).rev, variants=words(room)), room.ann
    )
    assert (room.item(other).planned_at, room.item(other).due_at) == (planned, None)


def words(room: Newsroom) -> tuple[Variant, ...]:
    """Other words for the room's channel."""
    return (Variant(channel_id=room.channel_id, text="Changed."),)
