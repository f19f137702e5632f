"""Stops, holds, late posts and changes of what is live, told with orders and time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from contracts.facts import Fact
from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import deliveries as orders
from contracts.workflow.content import ContentState, RevokeContent, Variant
from contracts.workflow.deliveries import DeliveryAction, DeliveryState, HeldBy, Outcome
from services.workflow.application.deliveries.changes import live_text, plan_change
from services.workflow.domain.deliveries.delivery import Delivery
from tests.support.corrections import corrected
from tests.unit.workflow_content.newsroom import Newsroom, publisher_of

S = DeliveryState


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def told(room: Newsroom, kind: type[Fact]) -> list[dict[str, Any]]:
    """What was said of this kind, as it left."""
    rows = [row for row in room.factory.store.all("outbox") if row["type"] == kind.TYPE]
    return [json.loads(row["body"]) for row in rows]


def stopped(room: Newsroom, **changes: Any) -> str:
    """The id of a new stop."""
    return str(room.give(orders.StopAll(reason="A flood.", **changes)).id)


def test_a_stop_holds_what_is_due_and_gives_it_back_when_it_is_over(room: Newsroom) -> None:
    delivery = room.published_now()
    stop_id = stopped(room)
    assert not room.lease(delivery).is_granted
    held = room.delivery(delivery.content_id)
    assert (held.state, held.held_by, held.stop_id) == (S.HELD, HeldBy.STOP, stop_id)
    assert "A flood." in held.reason
    assert room.item(delivery.content_id).state is ContentState.PUBLISHING
    room.give(orders.ResumeAll(stop_id=stop_id, reason="The water falls."))
    room.fire_timers()
    again = room.delivery(delivery.content_id)
    assert (again.state, again.stop_id, again.due_at) == (S.PENDING, None, delivery.due_at)
    assert room.lease(delivery).is_granted


def test_a_stop_catches_an_attempt_that_was_leased_before_it(room: Newsroom) -> None:
    lease = room.lease(room.published_now())
    stopped(room)
    with pytest.raises(Refusal) as no:
        room.begin(lease)
    assert no.value.code is RefusalCode.PUBLISHING_STOPPED


def test_a_stop_ends_at_its_time_and_late_stays_late(room: Newsroom) -> None:
    delivery = room.published_now()
    ends_at = room.factory.clock.now() + timedelta(hours=2)
    stopped(room, ends_at=ends_at)
    assert not room.lease(delivery).is_granted
    room.wait(7201)
    room.fire_timers()
    assert room.delivery(delivery.content_id).state is S.PENDING
    assert not room.lease(delivery).is_granted
    held = room.delivery(delivery.content_id)
    assert (held.state, held.held_by) == (S.HELD, HeldBy.LATENESS)
    (fact,) = [f for f in told(room, orders.DeliveryHeld) if f["held_by"] == "lateness"]
    assert fact["told_ids"] == [room.ann.person_id]
    assert fact["late_seconds"] == 7201


@pytest.mark.parametrize("exempt", ["content", "channel", "unit above"])
def test_what_is_exempt_goes_out(room: Newsroom, exempt: str) -> None:
    delivery = room.published_now()
    given: dict[str, Any] = {
        "content": {"exempt_content_ids": (delivery.content_id,)},
        "channel": {"exempt_channel_ids": (room.channel_id,)},
        "unit above": {"exempt_unit_ids": (room.unit_id,)},
    }[exempt]
    stopped(room, **given)
    assert room.begin(room.lease(delivery)).state == S.SENDING


def test_an_exemption_that_does_not_exist_is_refused(room: Newsroom) -> None:
    with pytest.raises(Refusal) as no:
        stopped(room, exempt_channel_ids=("nothing",))
    assert no.value.code is RefusalCode.NOT_FOUND


def test_a_stop_with_endless_exemptions_is_refused(room: Newsroom) -> None:
    with pytest.raises(Refusal) as no:
        stopped(room, exempt_channel_ids=(room.channel_id,) * 51)
    assert no.value.code is RefusalCode.TOO_LARGE


def test_a_stop_in_the_past_and_a_second_end_are_refused(room: Newsroom) -> None:
    with pytest.raises(Refusal) as no:
        stopped(room, ends_at=room.factory.clock.now())
    assert no.value.code is RefusalCode.INVALID_TIME
    stop_id = stopped(room)
    room.give(orders.ResumeAll(stop_id=stop_id, reason="Over."))
    with pytest.raises(Refusal) as no:
        room.give(orders.ResumeAll(stop_id=stop_id, reason="Over."))
    assert no.value.code is RefusalCode.WRONG_STATE


def test_only_who_may_stop_the_whole_organization_stops_it(room: Newsroom) -> None:
    eve = room.a_member("eve", (Role.MANAGER, room.unit_id))
    with pytest.raises(Refusal) as no:
        room.give(orders.StopAll(reason="A flood."), eve)
    assert no.value.code is RefusalCode.FORBIDDEN


def test_what_a_stop_holds_can_be_revoked(room: Newsroom) -> None:
    delivery = room.published_now()
    stopped(room)
    room.lease(delivery)
    room.give(RevokeContent(content_id=delivery.content_id, reason="Not now."), room.bob)
    assert room.delivery(delivery.content_id).state is S.CANCELLED


def test_a_backlog_goes_out_at_the_channels_rate(room: Newsroom) -> None:
    room.give(orders.SetChannelRate(channel_id=room.channel_id, per_minute=6))
    waiting = [room.published_now(text=f"Notice {n}.") for n in range(4)]
    room.wait(120)
    sent: list[datetime] = []
    for _ in range(60):
        for delivery in waiting:
            lease = room.lease(delivery)
            if lease.is_granted:
                room.begin(lease)
                room.record(lease, Outcome.CONFIRMED, external_id=delivery.id)
                sent.append(room.factory.clock.now())
        room.wait(1)
    assert len(sent) == len(waiting)
    gaps = [(after - before).total_seconds() for before, after in pairwise(sent)]
    assert min(gaps) >= 10


def test_what_is_on_time_waits_for_no_turn(room: Newsroom) -> None:
    first, second = room.published_now(text="One."), room.published_now(text="Two.")
    assert room.lease(first).is_granted
    assert room.lease(second).is_granted


def test_an_attempt_does_not_begin_past_the_window(room: Newsroom) -> None:
    delivery = room.published_now()
    room.wait(3590)
    lease = room.lease(delivery, lease_seconds=30)
    room.factory.clock.advance(15)  # type: ignore[attr-defined]
    with pytest.raises(Refusal) as no:
        room.begin(lease)
    assert no.value.code is RefusalCode.TOO_LATE


def test_a_person_holds_and_cancels_single_deliveries(room: Newsroom) -> None:
    delivery = room.published_now()
    room.give(orders.HoldDelivery(delivery_id=delivery.id, reason="The mayor calls."))
    assert room.delivery(delivery.content_id).held_by is HeldBy.HOLD
    room.give(orders.RetryDelivery(delivery_id=delivery.id, reason="The mayor agrees."))
    assert room.delivery(delivery.content_id).state is S.PENDING
    room.give(orders.CancelDelivery(delivery_id=delivery.id, reason="No."))
    assert room.item(delivery.content_id).state is ContentState.FAILED
    with pytest.raises(Refusal) as no:
        room.give(orders.CancelDelivery(delivery_id=delivery.id, reason="No."))
    assert no.value.code is RefusalCode.WRONG_STATE


def test_a_lease_leaves_the_item_as_it_was(room: Newsroom) -> None:
    delivery = room.published_now()
    before = room.item(delivery.content_id).rev
    lease = room.lease(delivery)
    assert room.item(delivery.content_id).rev == before
    room.begin(lease)
    assert room.item(delivery.content_id).rev == before + 1


def live(room: Newsroom, **given: Any) -> Delivery:
    """A confirmed publication."""
    return room.sent(room.published_now(**given), Outcome.CONFIRMED, external_id="42")


def change(
    room: Newsroom,
    original: Delivery,
    text: str | None,
    source_id: str = "correction-1",
) -> Delivery:
    """An edit, or a deletion without words."""
    variant = Variant(channel_id=original.channel_id, text=text) if text else None
    return room.factory.run(
        publisher_of(room),
        room.org_id,
        lambda work: corrected(original, variant, work, source_id=source_id),
    )


def carried_out(room: Newsroom, delivery: Delivery, outcome: Outcome = Outcome.CONFIRMED) -> None:
    """One whole try at a change."""
    lease = room.lease(delivery)
    assert (lease.action, lease.target_external_id) == (delivery.action, "42")
    room.begin(lease)
    room.record(lease, outcome)


def stored(room: Newsroom, delivery: Delivery) -> Delivery:
    """As it is now."""
    return room.factory.reader(room.org_id).get(Delivery, delivery.id)


def says(room: Newsroom, original: Delivery) -> str | None:
    """What stands on the channel."""
    return room.factory.run(publisher_of(room), room.org_id, lambda work: live_text(original, work))


def test_a_live_post_is_edited_and_deleted_by_deliveries_of_their_own(room: Newsroom) -> None:
    original = live(room)
    edit = change(room, original, "The bridge opens on Tuesday.")
    assert change(room, original, "The bridge opens on Tuesday.").id == edit.id
    carried_out(room, edit)
    assert (stored(room, edit).state, stored(room, edit).external_id) == (S.CONFIRMED, None)
    assert says(room, original) == "The bridge opens on Tuesday."
    carried_out(room, change(room, original, None, "correction-2"))
    assert says(room, original) is None
    assert room.item(original.content_id).state is ContentState.PUBLISHED
    with pytest.raises(Refusal) as no:
        change(room, original, "Once more.", "correction-3")
    assert no.value.code is RefusalCode.NOT_LIVE


def test_one_change_at_a_time_and_only_of_what_is_live(room: Newsroom) -> None:
    original = live(room)
    change(room, original, "Tuesday.")
    with pytest.raises(Refusal) as no:
        change(room, original, "Wednesday.", "correction-2")
    assert no.value.code is RefusalCode.CHANGE_PENDING
    with pytest.raises(Refusal) as no:
        change(room, room.published_now(text="Another."), "Tuesday.")
    assert no.value.code is RefusalCode.NOT_LIVE


@pytest.mark.parametrize("source_id", ["nobody", "correction-1"])
def test_a_change_that_no_approved_correction_names_is_not_sent(
    room: Newsroom, source_id: str
) -> None:
    change(room, live(room), "Tuesday.", "correction-1")
    original = live(room, text="Another.")
    planned = room.factory.run(
        publisher_of(room),
        room.org_id,
        lambda work: plan_change(
            original, action=DeliveryAction.DELETE, variant=None, source_id=source_id, work=work
        ),
    )
    assert not room.lease(planned).is_granted
    assert stored(room, planned).state is S.FAILED
    assert "No approved correction" in stored(room, planned).reason


def test_an_edit_whose_answer_was_lost_is_looked_for_and_sent_again(room: Newsroom) -> None:
    edit = change(room, live(room), "Tuesday.")
    room.begin(room.lease(edit))
    room.wait(31)
    assert stored(room, edit).state is S.UNKNOWN
    room.record(room.lease(edit), Outcome.ABSENT)
    carried_out(room, stored(room, edit))
    assert stored(room, edit).state is S.CONFIRMED


def test_a_failed_change_is_retried_by_a_person_and_the_item_stays_published(
    room: Newsroom,
) -> None:
    original = live(room)
    edit = change(room, original, "Tuesday.")
    carried_out(room, edit, Outcome.REFUSED)
    room.give(orders.RetryDelivery(delivery_id=edit.id, reason="The platform is well again."))
    carried_out(room, edit)
    assert room.item(original.content_id).state is ContentState.PUBLISHED
