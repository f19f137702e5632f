"""A due delivery between workflow and the publisher."""

from __future__ import annotations

import pytest

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import deliveries as orders
from contracts.workflow.channels import ArchiveChannel, ChannelState
from contracts.workflow.content import ContentState
from contracts.workflow.deliveries import DeliveryState, Outcome, Purpose
from tests.unit.workflow_content.newsroom import Newsroom, publisher_of

S = DeliveryState


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def test_a_lease_carries_what_one_try_needs(room: Newsroom) -> None:
    delivery = room.published_now()
    lease = room.lease(delivery)
    assert lease.is_granted
    assert (lease.purpose, lease.text, lease.key) == (Purpose.SEND, delivery.text, delivery.key)
    assert lease.frozen_at == delivery.due_at


def test_a_second_publisher_gets_nothing(room: Newsroom) -> None:
    delivery = room.published_now()
    room.lease(delivery)
    assert not room.lease(delivery, lease_owner="p2").is_granted


def test_a_silent_publisher_loses_its_lease_and_the_delivery_is_announced_again(
    room: Newsroom,
) -> None:
    delivery = room.published_now()
    room.lease(delivery)
    room.wait(31)
    assert room.delivery(delivery.content_id).state is S.PENDING
    room.fire_timers()
    dues = [row for row in room.factory.store.all("outbox") if "DeliveryDue" in row["type"]]
    assert len(dues) == 2


def test_silence_after_the_attempt_began_asks_for_a_read_back(room: Newsroom) -> None:
    delivery = room.published_now()
    room.begin(room.lease(delivery))
    room.wait(31)
    assert room.delivery(delivery.content_id).state is S.UNKNOWN
    lease = room.lease(delivery)
    assert lease.purpose is Purpose.READ_BACK
    room.record(lease, Outcome.CONFIRMED, external_id="42")
    assert room.item(delivery.content_id).state is ContentState.PUBLISHED


def test_an_absent_post_is_tried_again_under_the_same_key(room: Newsroom) -> None:
    delivery = room.published_now()
    room.begin(room.lease(delivery))
    room.wait(31)
    room.record(room.lease(delivery), Outcome.ABSENT)
    again = room.lease(delivery)
    assert (again.purpose, again.key) == (Purpose.SEND, delivery.key)


def test_late_is_a_decision_of_a_person(room: Newsroom) -> None:
    delivery = room.published_now()
    room.wait(3601)
    assert not room.lease(delivery).is_granted
    held = room.delivery(delivery.content_id)
    assert (held.state, "Late" in held.reason) == (S.HELD, True)
    room.give(orders.RetryDelivery(delivery_id=held.id, reason="Still true."))
    assert room.lease(delivery).is_granted


def test_a_channel_that_was_archived_meanwhile_fails_the_delivery(room: Newsroom) -> None:
    delivery = room.published_now()
    room.give(ArchiveChannel(channel_id=room.channel_id, reason="closed"))
    assert not room.lease(delivery).is_granted
    assert room.delivery(delivery.content_id).state is S.FAILED
    assert room.item(delivery.content_id).state is ContentState.FAILED


def test_a_channel_suspended_between_lease_and_attempt_stops_the_attempt(room: Newsroom) -> None:
    delivery = room.published_now()
    lease = room.lease(delivery)
    room.change_channel(room.channel_id, state=ChannelState.SUSPENDED)
    with pytest.raises(Refusal) as no:
        room.begin(lease)
    assert no.value.code is RefusalCode.CHANNEL_INACTIVE


def test_only_the_failed_delivery_is_retried(room: Newsroom) -> None:
    other = room.an_active_channel()
    from contracts.workflow.content import Variant

    variants = (
        Variant(channel_id=room.channel_id, text="Hello."),
        Variant(channel_id=other, text="Hello."),
    )
    first = room.published_now(variants=variants)
    reader = room.factory.reader(room.org_id)
    both = reader.find(type(first), content_id=first.content_id)
    for delivery, outcome in zip(both, (Outcome.CONFIRMED, Outcome.REFUSED), strict=True):
        lease = room.lease(delivery)
        room.begin(lease)
        room.record(lease, outcome, external_id="1" if outcome is Outcome.CONFIRMED else None)
    assert room.item(first.content_id).state is ContentState.PARTIALLY_PUBLISHED
    failed = reader.get(type(first), both[1].id)
    room.give(orders.RetryDelivery(delivery_id=failed.id, reason="Fixed."))
    assert room.item(first.content_id).state is ContentState.PUBLISHING
    with pytest.raises(Refusal) as no:
        room.give(orders.RetryDelivery(delivery_id=both[0].id, reason="Again."))
    assert no.value.code is RefusalCode.WRONG_STATE


def test_a_person_who_looked_settles_what_nobody_knows(room: Newsroom) -> None:
    delivery = room.published_now()
    room.begin(room.lease(delivery))
    room.wait(31)
    order = orders.SettleDelivery(delivery_id=delivery.id, reason="I see it.", external_id="42")
    room.give(order)
    assert room.item(delivery.content_id).state is ContentState.PUBLISHED


def test_people_cannot_give_the_publishers_orders(room: Newsroom) -> None:
    delivery = room.published_now()
    order = orders.BeginAttempt(
        delivery_id=delivery.id, lease_owner="p1", fence=1, request_digest="d"
    )
    with pytest.raises(Refusal) as no:
        room.give(order, room.admin)
    assert no.value.code is RefusalCode.FORBIDDEN


def test_another_organizations_publisher_finds_nothing(room: Newsroom) -> None:
    delivery = room.published_now()
    other = Newsroom(slug="town", factory=room.factory)
    order = orders.LeaseDelivery(
        delivery_id=delivery.id,
        lease_owner="p1",
        lease_seconds=30,
        idempotency_class=orders.IdempotencyClass.A,
    )
    with pytest.raises(Refusal) as no:
        other.give(order, publisher_of(other))
    assert no.value.code is RefusalCode.NOT_FOUND
