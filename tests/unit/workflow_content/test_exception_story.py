"""Holds, approvals that expire, appeals, emergencies, and the review that is owed afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis.ports import Actor
from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import content as orders
from contracts.workflow import review as reviews
from contracts.workflow.content import (
    ApprovalKind,
    ContentState,
    DebtState,
    Schedule,
    Variant,
    Verdict,
)
from contracts.workflow.deliveries import DeliveryState, Outcome
from contracts.workflow.trust import RouteRule, RouteStage, SetReviewRoutes
from services.workflow.domain.content.rounds import ReviewRound
from tests.unit.workflow_content.newsroom import Newsroom

S = ContentState
HOUR = 3600


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def refused(room: Newsroom, command: Any, actor: Any) -> RefusalCode:
    with pytest.raises(Refusal) as no:
        room.give(command, actor)
    return no.value.code


def tonight(room: Newsroom) -> Schedule:
    wall = room.factory.clock.now().replace(tzinfo=None, hour=23, minute=30, microsecond=0)
    return Schedule(wall_time=wall.isoformat(), time_zone="UTC")


def a_cell(room: Newsroom) -> tuple[Actor, Actor]:
    return (
        room.a_member("eve", (Role.CRISIS_CELL, None)),
        room.a_member("fay", (Role.CRISIS_CELL, None)),
    )


def broken(content_id: str, **changes: Any) -> reviews.BreakGlass:
    return reviews.BreakGlass(content_id=content_id, reason="A pipe burst.", **changes)


def settled(room: Newsroom, content_id: str, **changes: Any) -> reviews.SettleReviewDebt:
    return reviews.SettleReviewDebt(
        content_id=content_id, version_hash=room.item(content_id).version_hash or "", **changes
    )


def test_a_held_item_takes_no_vote_and_goes_back_to_where_it_was(room: Newsroom) -> None:
    content_id = room.submitted()
    room.give(reviews.HoldContent(content_id=content_id, reason="Wait for the mayor."), room.ann)
    with pytest.raises(Refusal) as no:
        room.vote(content_id)
    assert no.value.code is RefusalCode.WRONG_STATE
    room.give(reviews.ResumeContent(content_id=content_id), room.ann)
    room.vote(content_id)
    assert room.item(content_id).state is S.APPROVED


def test_the_time_that_passes_while_it_is_held_is_only_a_proposal(room: Newsroom) -> None:
    content_id = room.approved(schedule=tonight(room))
    assert room.item(content_id).state is S.SCHEDULED
    room.give(reviews.HoldContent(content_id=content_id, reason="Wait."), room.bob)
    room.wait(24 * HOUR)
    assert room.item(content_id).state is S.ON_HOLD
    room.give(reviews.ResumeContent(content_id=content_id), room.bob)
    item = room.item(content_id)
    assert (item.state, item.proposed) == (S.APPROVED, tonight_of(item))
    assert room.delivery(content_id).state is DeliveryState.CANCELLED


def tonight_of(item: Any) -> Schedule:
    return Schedule(wall_time=item.wall_time, time_zone=item.time_zone)


def test_resuming_runs_the_checks_again(room: Newsroom) -> None:
    content_id = room.approved(text="x" * 400)
    room.give(reviews.HoldContent(content_id=content_id, reason="Wait."), room.bob)
    room.change_channel(room.channel_id, text_limit=300)
    answer = room.give(reviews.ResumeContent(content_id=content_id), room.bob)
    assert answer.state is S.DRAFT
    assert [f.check for f in answer.findings] == ["text_length"]


def test_an_approval_lasts_as_long_as_was_said(room: Newsroom) -> None:
    until = room.factory.clock.now() + timedelta(hours=5)
    content_id = room.approved(valid_until=until)
    late = orders.ScheduleContent(content_id=content_id, schedule=tonight(room))
    assert refused(room, late, room.bob) is RefusalCode.APPROVAL_EXPIRED
    room.wait(5 * HOUR)
    assert room.item(content_id).state is S.APPROVAL_EXPIRED


def test_flagged_facts_stop_a_scheduled_item_until_one_stage_has_looked_again(
    room: Newsroom,
) -> None:
    stages = (RouteStage(name="Desk", role=Role.REVIEWER), RouteStage(name="Head", role=Role.ADMIN))
    room.give(SetReviewRoutes(rules=(RouteRule(name="All", stages=stages),)))
    content_id = room.submitted(schedule=tonight(room))
    room.vote(content_id, room.bob)
    room.vote(content_id, room.admin)
    assert room.item(content_id).state is S.SCHEDULED
    flag = reviews.FlagContent(content_id=content_id, reason="The bridge is delayed.")
    room.give(flag, room.ann)
    assert room.item(content_id).state is S.APPROVAL_EXPIRED
    assert room.delivery(content_id).state is DeliveryState.CANCELLED
    room.give(reviews.ReReviewContent(content_id=content_id), room.ann)
    item = room.item(content_id)
    assert (item.state, item.version) == (S.IN_REVIEW, 1)
    review = room.factory.reader(room.org_id).get(ReviewRound, item.round_id or "")
    assert [stage.name for stage in review.stages] == ["Head"]
    room.vote(content_id, room.admin)
    assert room.item(content_id).state is S.SCHEDULED


def test_a_changed_route_asks_the_whole_route_again(room: Newsroom) -> None:
    content_id = room.approved()
    stages = (RouteStage(name="Desk", role=Role.REVIEWER), RouteStage(name="Head", role=Role.ADMIN))
    room.give(SetReviewRoutes(rules=(RouteRule(name="All", stages=stages),)))
    room.give(reviews.FlagContent(content_id=content_id, reason="Is it?"), room.ann)
    room.give(reviews.ReReviewContent(content_id=content_id), room.ann)
    review = room.factory.reader(room.org_id).get(ReviewRound, room.item(content_id).round_id or "")
    assert [stage.name for stage in review.stages] == ["Desk", "Head"]


def test_a_rejection_is_appealed_once_to_others(room: Newsroom) -> None:
    content_id = room.submitted()
    room.vote(content_id, room.bob, verdict=Verdict.REJECT, reason="Not ours.")
    appeal = reviews.AppealContent(content_id=content_id, reason="It is ours.")
    room.give(appeal, room.ann)
    assert room.item(content_id).state is S.IN_REVIEW
    with pytest.raises(Refusal) as no:
        room.vote(content_id, room.bob)
    assert no.value.code is RefusalCode.NOT_A_REVIEWER
    room.vote(content_id, room.admin, verdict=Verdict.REJECT, reason="Indeed not.")
    assert refused(room, appeal, room.ann) is RefusalCode.ALREADY_APPEALED


def test_two_of_the_crisis_cell_approve_past_review_and_owe_one(room: Newsroom) -> None:
    eve, fay = a_cell(room)
    content_id = room.a_draft()
    room.give(broken(content_id), eve)
    assert room.item(content_id).state is S.DRAFT
    assert refused(room, broken(content_id), eve) is RefusalCode.ALREADY_VOTED
    room.give(broken(content_id), fay)
    item = room.item(content_id)
    assert (item.state, item.approval, item.debt) == (
        S.APPROVED,
        ApprovalKind.EMERGENCY,
        DebtState.OPEN,
    )
    other = room.a_draft("Another one.")
    assert refused(room, broken(other), eve) is RefusalCode.DEBT_OPEN


def test_words_that_changed_between_the_two_count_from_the_start(room: Newsroom) -> None:
    eve, fay = a_cell(room)
    content_id = room.a_draft()
    room.give(broken(content_id), eve)
    words = (Variant(channel_id=room.channel_id, text="Other words."),)
    rev = room.item(content_id).rev
    room.give(orders.EditContent(content_id=content_id, rev=rev, variants=words), room.ann)
    room.give(broken(content_id), fay)
    assert room.item(content_id).state is S.DRAFT


def test_writers_do_not_break_the_glass(room: Newsroom) -> None:
    content_id = room.give(
        orders.DraftContent(
            unit_id=room.unit_id, variants=(Variant(channel_id=room.channel_id, text="x"),)
        )
    ).content_id
    assert refused(room, broken(content_id, alone=True), room.admin) is RefusalCode.OWN_WORDS
    assert refused(room, broken(content_id, alone=True), room.bob) is RefusalCode.FORBIDDEN


def test_what_went_out_alone_in_the_night_is_reviewed_the_next_day(room: Newsroom) -> None:
    eve, _ = a_cell(room)
    content_id = room.a_draft()
    room.give(broken(content_id, alone=True), eve)
    room.give(orders.ScheduleContent(content_id=content_id), room.bob)
    delivery = room.sent(room.delivery(content_id), Outcome.CONFIRMED, external_id="1")
    item = room.item(delivery.content_id)
    assert (item.state, item.debt) == (S.PUBLISHED, DebtState.OPEN)
    assert item.debt_due_at == room.factory.clock.now() + timedelta(hours=24)
    room.wait(24 * HOUR)
    assert refused(room, settled(room, content_id), room.ann) is RefusalCode.FORBIDDEN
    room.give(settled(room, content_id), room.bob)
    assert room.item(content_id).debt is DebtState.CLEARED
    other = room.a_draft("Another one.")
    room.give(broken(other, alone=True), eve)


def test_an_incident_needs_a_severity_and_a_reason(room: Newsroom) -> None:
    eve, _ = a_cell(room)
    content_id = room.a_draft()
    room.give(broken(content_id, alone=True), eve)
    vague = settled(room, content_id, is_incident=True, reason="Wrong street.")
    assert refused(room, vague, room.bob) is RefusalCode.INVALID_ARGUMENT
    room.give(settled(room, content_id, is_incident=True, severity=2, reason="Wrong."), room.bob)
    assert room.item(content_id).state is S.DRAFT


def test_tags_and_notes_are_no_edit(room: Newsroom) -> None:
    content_id = room.approved()
    order = reviews.DescribeContent(
        content_id=content_id,
        tags=("Bridges", "#bridges", "Straße"),
        notes="Ask Joe.",
        language="de",
    )
    room.give(order, room.ann)
    item = room.item(content_id)
    assert (item.state, item.tags, item.notes) == (S.APPROVED, ("Bridges", "Straße"), "Ask Joe.")


def test_what_decides_the_route_does_not_change_behind_the_reviewers(room: Newsroom) -> None:
    content_id = room.submitted()
    order = reviews.DescribeContent(content_id=content_id, topic_risk=orders.TopicRisk.R0)
    assert refused(room, order, room.ann) is RefusalCode.WRONG_STATE


def test_a_revoke_that_came_in_time_says_so(room: Newsroom) -> None:
    delivery = room.published_now()
    order = orders.RevokeContent(content_id=delivery.content_id, reason="Wrong bridge.")
    assert room.give(order, room.cid).prevented
