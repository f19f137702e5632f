"""Changes of a profile that take themselves back, told with orders and time."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentState,
    DraftContent,
    EditContent,
    Schedule,
    ScheduleContent,
    SubmitContent,
    Variant,
)
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.deliveries import BeginAttempt, DeliveryAction, DeliveryState, Outcome
from contracts.workflow.profiles import DraftProfileChange, EndProfileChange, ProfileVariant
from services.workflow.domain.content.item import hash_of
from services.workflow.domain.deliveries.delivery import Delivery
from tests.unit.workflow_calendar.test_windows_story import closed, in_hours
from tests.unit.workflow_content.newsroom import Newsroom, publisher_of

BEFORE = ProfileChange(display_name="City", bio="All about the city.")
FESTIVE = ProfileChange(display_name="City on ice", bio="All about the ice.")


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def drafted(room: Newsroom, change: ProfileChange = FESTIVE, **changes: Any) -> str:
    """The id of a change by ann, for three hours."""
    profile = ProfileVariant(channel_id=room.channel_id, change=change)
    given: dict[str, Any] = {
        "unit_id": room.unit_id,
        "profiles": (profile,),
        "ends": in_hours(room, 3),
    }
    return str(room.give(DraftProfileChange(**(given | changes)), room.ann).content_id)


def due(room: Newsroom) -> Delivery:
    """The due delivery of a change that was reviewed and scheduled for now."""
    content_id = drafted(room)
    room.give(SubmitContent(content_id=content_id), room.ann)
    room.vote(content_id)
    room.give(ScheduleContent(content_id=content_id), room.bob)
    return room.delivery(content_id)


def begin(room: Newsroom, delivery: Delivery, captured: ProfileChange | None = BEFORE) -> Any:
    """Lease and begin, with what the publisher saw first."""
    lease = room.lease(delivery)
    assert lease.is_granted, lease.reason
    order = BeginAttempt(
        delivery_id=lease.delivery_id, lease_owner="p1", fence=lease.fence, request_digest="d",
        captured=captured,
    )  # fmt: skip
    room.give(order, publisher_of(room))
    return lease


def shown(room: Newsroom) -> Delivery:
    """A change that shows."""
    delivery = due(room)
    room.record(begin(room, delivery), Outcome.CONFIRMED)
    return the(room, delivery.id)


def the(room: Newsroom, ident: str) -> Delivery:
    return room.factory.reader(room.org_id).get(Delivery, ident)


def reverts(room: Newsroom, delivery: Delivery) -> list[Delivery]:
    return room.factory.reader(room.org_id).find(Delivery, original_id=delivery.id)


def test_it_is_reviewed_like_a_post_and_reads_as_words(room: Newsroom) -> None:
    content_id = drafted(room)
    item = room.item(content_id)
    assert item.variants[0].text == "Name: City on ice\nBio: All about the ice."
    room.give(SubmitContent(content_id=content_id), room.ann)
    assert room.item(content_id).state is ContentState.IN_REVIEW
    with pytest.raises(Refusal):
        room.vote(content_id, room.ann)


def test_the_approval_is_bound_to_the_change_not_only_to_its_words(room: Newsroom) -> None:
    one = Variant(channel_id="c", text="Bio: x", profile=ProfileChange(bio="x"))
    other = Variant(channel_id="c", text="Bio: x", profile=ProfileChange(bio="y"))
    plain = Variant(channel_id="c", text="Bio: x")
    assert len({hash_of((each,)) for each in (one, other, plain)}) == 3


def test_what_is_covered_comes_back_at_the_end(room: Newsroom) -> None:
    delivery = shown(room)
    assert (delivery.action, delivery.captured) == (DeliveryAction.PROFILE, BEFORE)
    assert room.item(delivery.content_id).state is ContentState.PUBLISHED
    room.wait(3 * 3600 - 60)
    assert reverts(room, delivery) == []
    room.wait(61)
    (revert,) = reverts(room, delivery)
    lease = room.lease(revert)
    assert (lease.action, lease.profile) == (DeliveryAction.PROFILE_REVERT, BEFORE)
    room.begin(lease)
    room.record(lease, Outcome.CONFIRMED)
    assert the(room, revert.id).state is DeliveryState.CONFIRMED
    assert room.item(delivery.content_id).state is ContentState.PUBLISHED


def test_nothing_is_covered_before_it_was_captured(room: Newsroom) -> None:
    delivery = due(room)
    with pytest.raises(Refusal) as no:
        begin(room, delivery, captured=None)
    assert no.value.code is RefusalCode.WRONG_STATE
    assert the(room, delivery.id).state is DeliveryState.LEASED


def test_a_later_try_never_captures_our_own_change(room: Newsroom) -> None:
    delivery = due(room)
    room.record(begin(room, delivery), Outcome.NOT_APPLIED, retry_after=1)
    room.wait(2)
    lease = room.lease(the(room, delivery.id))
    assert lease.is_captured
    order = BeginAttempt(
        delivery_id=lease.delivery_id, lease_owner="p1", fence=lease.fence, request_digest="d",
        captured=FESTIVE,
    )  # fmt: skip
    room.give(order, publisher_of(room))
    assert the(room, delivery.id).captured == BEFORE


def test_an_unknown_change_is_said_again_because_it_cannot_double(room: Newsroom) -> None:
    delivery = due(room)
    room.record(begin(room, delivery), Outcome.UNKNOWN)
    room.wait(2 * 3600)
    lease = room.lease(the(room, delivery.id))
    room.record(lease, Outcome.ABSENT)
    assert the(room, delivery.id).state is DeliveryState.RETRY_WAIT


def test_it_can_be_taken_back_early_and_only_once(room: Newsroom) -> None:
    delivery = shown(room)
    end = EndProfileChange(content_id=delivery.content_id, reason="The ice melts.")
    room.give(end, room.bob)
    room.give(end, room.bob)
    room.wait(4 * 3600)
    assert len(reverts(room, delivery)) == 1


def test_what_shows_nowhere_cannot_be_taken_back(room: Newsroom) -> None:
    with pytest.raises(Refusal) as no:
        room.give(EndProfileChange(content_id=drafted(room), reason="No."), room.bob)
    assert no.value.code is RefusalCode.NOT_LIVE


def test_a_blackout_holds_the_change_and_never_its_end(room: Newsroom) -> None:
    delivery = shown(room)
    other = due(room)
    closed(room, 0, 9)
    assert not room.lease(other).is_granted
    room.wait(3 * 3600 + 1)
    (revert,) = reverts(room, delivery)
    assert room.lease(revert).is_granted


@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        (ProfileChange(), {}, RefusalCode.INVALID_ARGUMENT),
        (ProfileChange(avatar="ab"), {}, RefusalCode.INVALID_ARGUMENT),
        (FESTIVE, {"ends": Schedule(wall_time="2020-01-01T00:00", time_zone="UTC")},
         RefusalCode.INVALID_TIME),
        (FESTIVE, {"ends": Schedule(wall_time="2027-03-28T02:30", time_zone="Europe/Berlin")},
         RefusalCode.INVALID_TIME),
    ],
)  # fmt: skip
def test_changes_that_make_no_sense_are_refused(
    room: Newsroom, change: ProfileChange, more: dict[str, Any], code: RefusalCode
) -> None:
    with pytest.raises(Refusal) as no:
        drafted(room, change, **more)
    assert no.value.code is code


def test_a_post_cannot_smuggle_a_change_in_and_a_change_cannot_become_a_post(
    room: Newsroom,
) -> None:
    smuggled = Variant(channel_id=room.channel_id, text="Hello", profile=FESTIVE)
    with pytest.raises(Refusal):
        room.give(DraftContent(unit_id=room.unit_id, variants=(smuggled,)), room.ann)
    content_id = drafted(room)
    plain = (Variant(channel_id=room.channel_id, text="Hello"),)
    with pytest.raises(Refusal):
        room.give(
            EditContent(content_id=content_id, rev=room.item(content_id).rev, variants=plain),
            room.ann,
        )


def test_it_cannot_begin_after_its_end(room: Newsroom) -> None:
    content_id = drafted(room)
    room.give(SubmitContent(content_id=content_id), room.ann)
    room.vote(content_id)
    with pytest.raises(Refusal) as no:
        room.give(ScheduleContent(content_id=content_id, schedule=in_hours(room, 4)), room.bob)
    assert no.value.code is RefusalCode.INVALID_TIME
