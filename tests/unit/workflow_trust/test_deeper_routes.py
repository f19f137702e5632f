"""What waits to go out is asked for the review that its route asks for today."""

from __future__ import annotations

import pytest

from contracts.permissions import Role
from contracts.workflow import content as orders
from contracts.workflow import review as reviews
from contracts.workflow import trust
from contracts.workflow.content import ContentState, Verdict
from contracts.workflow.content_states import StageMode, TopicRisk
from contracts.workflow.trust import RouteRule, RouteStage
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, RoundState
from tests.unit.workflow_trust.trust_room import TrustRoom

ONE = RouteStage(name="Look")
TWO = RouteStage(name="Look", mode=StageMode.QUORUM, quorum=2)
ALL = RouteStage(name="Look", mode=StageMode.ALL)
LEGAL = RouteStage(name="Law", seats=("legal",))


@pytest.fixture
def room() -> TrustRoom:
    """An organization that writes and reviews, by one short route; dora is its lawyer."""
    made = TrustRoom()
    dora = made.a_member("dora", (Role.REVIEWER, None))
    made.give(trust.AssignSeat(name="legal", person_id=str(dora.person_id)))
    routed(made, ONE)
    return made


def routed(room: TrustRoom, *stages: RouteStage) -> None:
    """The organization's one route is set, and timers have fired."""
    room.give(trust.SetReviewRoutes(rules=(RouteRule(name="All", stages=stages),)))
    room.fire_timers()
    room.fire_timers()


def crisis(room: TrustRoom, level: int) -> None:
    """The level is set, and timers have fired."""
    room.give(trust.SetCrisisLevel(level=level, reason="The river rises."))
    room.fire_timers()


def review(room: TrustRoom, item: ContentItem) -> ReviewRound:
    """The item's present round."""
    return room.factory.reader(room.org_id).get(ReviewRound, item.round_id or "")


@pytest.mark.parametrize("deeper", [(TWO,), (ALL,), (LEGAL,), (ONE, LEGAL)])
def test_an_approval_expires_when_its_route_goes_deeper(
    room: TrustRoom, deeper: tuple[RouteStage, ...]
) -> None:
    approved = room.approved()
    later = orders.Schedule(wall_time="2027-05-01T09:00", time_zone="UTC")
    timed = room.approved()
    room.give(orders.ScheduleContent(content_id=timed, schedule=later), room.bob)
    routed(room, *deeper)
    for content_id in (approved, timed):
        item = room.item(content_id)
        assert item.state is ContentState.APPROVAL_EXPIRED
        assert item.due_at is None
    room.give(reviews.ReReviewContent(content_id=approved), room.ann)
    assert len(review(room, room.item(approved)).stages) == len(deeper)


@pytest.mark.parametrize("same", [(ONE,), (RouteStage(name="Another name", due_hours=3),)])
def test_an_approval_stays_when_its_route_asks_for_no_more(
    room: TrustRoom, same: tuple[RouteStage, ...]
) -> None:
    content_id, waits = room.approved(), room.submitted()
    before = room.item(waits).round_id
    routed(room, *same)
    assert room.item(content_id).state is ContentState.APPROVED
    assert room.item(waits).round_id == before


def test_a_shorter_route_leaves_what_was_asked_for(room: TrustRoom) -> None:
    routed(room, TWO, LEGAL)
    content_id = room.submitted()
    before = room.item(content_id).round_id
    routed(room, ONE)
    assert room.item(content_id).round_id == before


def test_a_round_begins_anew_on_the_deeper_route_and_its_votes_fall(room: TrustRoom) -> None:
    routed(room, TWO)
    content_id = room.submitted()
    room.vote(content_id)
    old = review(room, room.item(content_id))
    routed(room, TWO, LEGAL)
    item = room.item(content_id)
    new = review(room, item)
    assert item.state is ContentState.IN_REVIEW
    assert item.version_hash == old.version_hash == new.version_hash
    assert [s.name for s in new.stages] == ["Look", "Law"]
    assert new.votes == ()
    known = room.factory.reader(room.org_id).get(ReviewRound, old.id)
    assert known.state is RoundState.SUPERSEDED
    room.vote(content_id)
    assert room.item(content_id).state is ContentState.IN_REVIEW


def test_who_asked_for_changes_sits_in_the_round_that_begins_anew(room: TrustRoom) -> None:
    routed(room, LEGAL)
    legal = room.submitted()
    dora = review(room, room.item(legal)).stages[0].reviewer_ids
    routed(room, ONE)
    content_id = room.submitted()
    room.vote(content_id, verdict=Verdict.CHANGES, reason="Which bridge?")
    room.give(orders.SubmitContent(content_id=_edited(room, content_id)), room.ann)
    routed(room, LEGAL)
    (stage,) = review(room, room.item(content_id)).stages
    assert set(stage.reviewer_ids) == {*dora, room.bob.person_id}


def _edited(room: TrustRoom, content_id: str) -> str:
    words = (orders.Variant(channel_id=room.channel_id, text="The old bridge opens."),)
    rev = room.item(content_id).rev
    room.give(orders.EditContent(content_id=content_id, rev=rev, variants=words), room.ann)
    return content_id


def test_a_crisis_asks_for_a_reader_of_what_would_have_gone_out_unread(room: TrustRoom) -> None:
    room.clean(room.a_draft(topic_risk=TopicRisk.R0), 80)
    content_id = room.submitted(topic_risk=TopicRisk.R0)
    assert room.item(content_id).state is ContentState.APPROVED
    crisis(room, 1)
    assert room.item(content_id).state is ContentState.APPROVAL_EXPIRED
    assert room.item(content_id).approval is None
    room.give(reviews.ReReviewContent(content_id=content_id), room.ann)
    assert room.item(content_id).state is ContentState.IN_REVIEW


def test_a_one_stage_second_look_keeps_what_the_first_look_gave(room: TrustRoom) -> None:
    routed(room, ONE, ONE)
    content_id = room.submitted()
    room.vote(content_id)
    room.vote(content_id, room.cid)
    room.give(reviews.FlagContent(content_id=content_id, reason="Was it Monday?"), room.bob)
    room.give(reviews.ReReviewContent(content_id=content_id), room.ann)
    before = room.item(content_id).round_id
    assert len(review(room, room.item(content_id)).stages) == 1
    crisis(room, 1)
    assert room.item(content_id).round_id == before
    room.vote(content_id)
    crisis(room, 2)
    assert room.item(content_id).state is ContentState.APPROVED


def test_a_round_that_was_cut_short_is_no_first_look(room: TrustRoom) -> None:
    """Withdrawn in its last stage, then approved by another route: the whole route comes again."""
    routed(room, ONE, LEGAL)
    content_id = room.submitted()
    room.vote(content_id)
    room.give(orders.WithdrawContent(content_id=content_id), room.ann)
    routed(room, ONE)
    room.give(orders.SubmitContent(content_id=content_id), room.ann)
    room.vote(content_id)
    routed(room, ONE, LEGAL)
    room.give(reviews.ReReviewContent(content_id=content_id), room.ann)
    assert len(review(room, room.item(content_id)).stages) == 2


def test_where_nobody_is_left_to_read_the_item_goes_back(room: TrustRoom) -> None:
    approved, waits = room.approved(), room.submitted()
    everybody = RouteStage(name="Many", mode=StageMode.QUORUM, quorum=20)
    routed(room, everybody)
    assert room.item(approved).state is ContentState.APPROVAL_EXPIRED
    assert room.item(waits).state is ContentState.CHANGES_REQUESTED


def test_what_was_held_is_looked_at_when_it_goes_on(room: TrustRoom) -> None:
    content_id = room.approved()
    room.give(reviews.HoldContent(content_id=content_id, reason="Wait."), room.bob)
    routed(room, LEGAL)
    assert room.item(content_id).state is ContentState.ON_HOLD
    room.give(reviews.ResumeContent(content_id=content_id), room.bob)
    room.fire_timers()
    assert room.item(content_id).state is ContentState.APPROVAL_EXPIRED
