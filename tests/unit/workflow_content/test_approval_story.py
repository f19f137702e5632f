"""From a draft to an approved, scheduled, revoked or corrected item."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import content as orders
from contracts.workflow.content import ContentState, Schedule, TopicRisk, Variant, Verdict
from contracts.workflow.deliveries import DeliveryState, Outcome
from contracts.workflow.trust import AssignSeat
from services.workflow.domain.content.rounds import ReviewRound
from tests.unit.workflow_content.newsroom import Newsroom

S = ContentState


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def refused(room: Newsroom, command: Any, actor: Any) -> Refusal:
    with pytest.raises(Refusal) as no:
        room.give(command, actor)
    return no.value


def test_a_submitted_post_is_frozen_checked_and_waits_for_review(room: Newsroom) -> None:
    item = room.item(room.submitted())
    assert (item.state, item.version) == (S.IN_REVIEW, 1)
    assert "R2" in item.explanation


def test_the_seats_are_everybody_who_may_review_but_the_writers(room: Newsroom) -> None:
    item = room.item(room.submitted())
    review = room.factory.reader(room.org_id).get(ReviewRound, item.round_id or "")
    seats = set(review.stages[0].reviewer_ids)
    assert seats == {room.admin.person_id, room.bob.person_id, room.cid.person_id}


def test_one_approval_by_somebody_else_approves(room: Newsroom) -> None:
    assert room.item(room.approved()).state is S.APPROVED


def test_an_author_who_may_review_cannot_approve_their_own_words(room: Newsroom) -> None:
    content_id = room.submitted()
    item = room.item(content_id)
    room.a_member("dan", (Role.REVIEWER, None))
    order = orders.VoteOnContent(
        content_id=content_id, verdict=Verdict.APPROVE, version_hash=item.version_hash or ""
    )
    assert refused(room, order, room.ann).code in (RefusalCode.FORBIDDEN, RefusalCode.OWN_WORDS)
    assert room.item(content_id).state is S.IN_REVIEW


def test_a_grave_topic_waits_for_a_second_approval(room: Newsroom) -> None:
    given: dict[str, Any] = {
        "unit_id": room.unit_id,
        "variants": (Variant(channel_id=room.channel_id, text="x"),),
        "topic_risk": TopicRisk.R3,
    }
    room.give(AssignSeat(name="legal", person_id=room.bob.person_id or ""))
    content_id = room.give(orders.DraftContent(**given), room.admin).content_id
    room.give(orders.SubmitContent(content_id=content_id), room.admin)
    room.vote(content_id, room.bob)
    assert room.item(content_id).state is S.IN_REVIEW
    room.vote(content_id, room.cid)
    assert room.item(content_id).state is S.APPROVED


def test_a_vote_about_an_older_version_is_refused(room: Newsroom) -> None:
    content_id = room.submitted()
    old = room.item(content_id)
    words = (Variant(channel_id=room.channel_id, text="The bridge opens on Tuesday."),)
    room.give(orders.EditContent(content_id=content_id, rev=old.rev, variants=words), room.ann)
    room.give(orders.SubmitContent(content_id=content_id), room.ann)
    order = orders.VoteOnContent(
        content_id=content_id, verdict=Verdict.APPROVE, version_hash=old.version_hash or ""
    )
    assert refused(room, order, room.bob).code is RefusalCode.HASH_MISMATCH


def test_whoever_edits_cannot_approve_afterwards(room: Newsroom) -> None:
    content_id = room.submitted()
    words = (Variant(channel_id=room.channel_id, text="Better words."),)
    edit = orders.EditContent(content_id=content_id, rev=room.item(content_id).rev, variants=words)
    room.give(edit, room.admin)
    room.give(orders.SubmitContent(content_id=content_id), room.ann)
    order = orders.VoteOnContent(
        content_id=content_id,
        verdict=Verdict.APPROVE,
        version_hash=room.item(content_id).version_hash or "",
    )
    assert refused(room, order, room.admin).code is RefusalCode.OWN_WORDS


def test_an_edit_of_words_that_changed_meanwhile_is_refused(room: Newsroom) -> None:
    content_id = room.a_draft()
    rev = room.item(content_id).rev
    edit = orders.EditContent(
        content_id=content_id, rev=rev, variants=(Variant(channel_id=room.channel_id, text="a"),)
    )
    room.give(edit, room.ann)
    assert refused(room, edit, room.ann).code is RefusalCode.STALE_VERSION


def test_a_reviewer_asks_for_changes_with_a_reason(room: Newsroom) -> None:
    content_id = room.submitted()
    room.vote(content_id, verdict=Verdict.CHANGES, reason="Say which bridge.")
    assert room.item(content_id).state is S.CHANGES_REQUESTED


def test_text_that_is_too_long_comes_back_with_the_finding(room: Newsroom) -> None:
    content_id = room.a_draft("x" * 501)
    answer = room.give(orders.SubmitContent(content_id=content_id), room.ann)
    assert answer.state is S.DRAFT
    assert [f.check for f in answer.findings] == ["text_length"]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_empty_words_are_refused(room: Newsroom, text: str) -> None:
    order = orders.DraftContent(
        unit_id=room.unit_id, variants=(Variant(channel_id=room.channel_id, text=text),)
    )
    assert refused(room, order, room.ann).code is RefusalCode.INVALID_ARGUMENT


def test_a_proposed_time_becomes_the_schedule_when_it_is_approved(room: Newsroom) -> None:
    wall = room.factory.clock.now().replace(tzinfo=None, hour=23, minute=30, microsecond=0)
    when = Schedule(wall_time=wall.isoformat(), time_zone="UTC")
    content_id = room.approved(schedule=when)
    assert room.item(content_id).state is S.SCHEDULED
    assert room.delivery(content_id).state is DeliveryState.PENDING


def test_a_scheduled_post_goes_out_when_its_time_comes(room: Newsroom) -> None:
    wall = room.factory.clock.now().replace(tzinfo=None, hour=23, minute=30, microsecond=0)
    content_id = room.approved(schedule=Schedule(wall_time=wall.isoformat(), time_zone="UTC"))
    room.wait(24 * 3600)
    assert room.item(content_id).state is S.PUBLISHING


def test_a_revoked_item_never_leaves(room: Newsroom) -> None:
    delivery = room.published_now()
    order = orders.RevokeContent(content_id=delivery.content_id, reason="Wrong bridge.")
    room.give(order, room.cid)
    assert room.item(delivery.content_id).state is S.DRAFT
    assert room.delivery(delivery.content_id).state is DeliveryState.CANCELLED
    assert not room.lease(delivery).is_granted


def test_a_revoke_after_the_bytes_may_have_left_says_too_late_with_the_attempt(
    room: Newsroom,
) -> None:
    delivery = room.published_now()
    room.begin(room.lease(delivery))
    order = orders.RevokeContent(content_id=delivery.content_id, reason="Wrong bridge.")
    no = refused(room, order, room.cid)
    assert (no.code, no.data["attempt"]) == (RefusalCode.TOO_LATE, 1)
    assert room.item(delivery.content_id).state is S.PUBLISHING


def test_a_revoke_between_lease_and_attempt_stops_the_attempt(room: Newsroom) -> None:
    delivery = room.published_now()
    lease = room.lease(delivery)
    room.give(orders.RevokeContent(content_id=delivery.content_id, reason="No."), room.cid)
    with pytest.raises(Refusal):
        room.begin(lease)
    assert room.delivery(delivery.content_id).state is DeliveryState.CANCELLED


def test_unscheduling_keeps_the_approval_and_a_new_time_gets_a_new_key(room: Newsroom) -> None:
    wall = room.factory.clock.now().replace(tzinfo=None, hour=23, minute=30, microsecond=0)
    content_id = room.approved(schedule=Schedule(wall_time=wall.isoformat(), time_zone="UTC"))
    first = room.delivery(content_id)
    room.give(orders.UnscheduleContent(content_id=content_id), room.bob)
    assert room.item(content_id).state is S.APPROVED
    room.wait(1)
    room.give(orders.ScheduleContent(content_id=content_id), room.bob)
    assert room.delivery(content_id).key != first.key


def test_a_draft_is_given_up_with_a_reason_and_kept(room: Newsroom) -> None:
    content_id = room.a_draft()
    room.give(orders.AbandonContent(content_id=content_id, reason="Old news."), room.ann)
    assert room.item(content_id).state is S.ARCHIVED


def test_a_published_item_follows_its_delivery(room: Newsroom) -> None:
    delivery = room.published_now()
    room.sent(delivery, Outcome.CONFIRMED, external_id="42", url="https://m.example/42")
    assert room.item(delivery.content_id).state is S.PUBLISHED


def test_a_writer_of_one_unit_cannot_speak_on_the_channel_of_another(room: Newsroom) -> None:
    press = room.a_unit("Sports")
    eve = room.a_member("eve", (Role.AUTHOR, press))
    order = orders.DraftContent(
        unit_id=press, variants=(Variant(channel_id=room.channel_id, text="Goal!"),)
    )
    assert refused(room, order, eve).code is RefusalCode.FORBIDDEN
