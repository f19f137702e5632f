"""Reviews over days: several stages, delegates, people who leave, late stages, guests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import content as orders
from contracts.workflow import review as reviews
from contracts.workflow.content import ContentState, StageMode, Variant, Verdict
from contracts.workflow.organizations import DeactivatePerson
from contracts.workflow.review import SeatChange, SeatsChanged, StageClosed, StageOpened
from contracts.workflow.trust import RouteRule, RouteStage, SetReviewRoutes
from services.workflow.domain.content.item import ContentVersion
from services.workflow.domain.content.rounds import ReviewRound
from tests.unit.workflow_content.newsroom import Newsroom, publisher_of
from tests.unit.workflow_organizations.office import Office

S = ContentState
HOUR = 3600


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def refused(room: Newsroom, command: Any, actor: Any) -> RefusalCode:
    with pytest.raises(Refusal) as no:
        room.give(command, actor)
    return no.value.code


def round_of(room: Newsroom, content_id: str) -> ReviewRound:
    found = room.factory.reader(room.org_id)
    return found.get(ReviewRound, room.item(content_id).round_id or "")


def routes(room: Newsroom, *stages: RouteStage) -> None:
    room.give(SetReviewRoutes(rules=(RouteRule(name="All", stages=stages),)))


def facts(room: Newsroom, content_id: str, kind: type) -> list[Any]:
    return [f for f in Office.facts(room, content_id) if isinstance(f, kind)]  # type: ignore[arg-type]


def a_delegation(room: Newsroom, giver: Any, to: Any, **changes: Any) -> Any:
    now = room.factory.clock.now()
    given: dict[str, Any] = {
        "to_id": to.person_id,
        "starts_at": now,
        "ends_at": now + timedelta(days=7),
    }
    return room.give(reviews.DelegateReviews(**(given | changes)), giver)


def test_stages_come_one_after_the_other_and_say_how_long_they_waited(room: Newsroom) -> None:
    routes(room, RouteStage(name="Desk"), RouteStage(name="Head", role=Role.ADMIN))
    content_id = room.submitted()
    room.wait(HOUR)
    room.vote(content_id, room.cid)
    assert room.item(content_id).state is S.IN_REVIEW
    assert round_of(room, content_id).waiting_ids == (room.admin.person_id,)
    room.wait(2 * HOUR)
    room.vote(content_id, room.admin)
    assert room.item(content_id).state is S.APPROVED
    closed = facts(room, content_id, StageClosed)
    assert [(f.name, f.waited_seconds) for f in closed] == [("Desk", HOUR), ("Head", 2 * HOUR)]
    assert [f.stage for f in facts(room, content_id, StageOpened)] == [1, 2]


def test_nobody_votes_in_a_stage_that_is_not_theirs(room: Newsroom) -> None:
    routes(room, RouteStage(name="Head", role=Role.ADMIN))
    content_id = room.submitted()
    vote = orders.VoteOnContent(
        content_id=content_id,
        verdict=Verdict.APPROVE,
        version_hash=room.item(content_id).version_hash or "",
    )
    assert refused(room, vote, room.bob) is RefusalCode.NOT_A_REVIEWER


def test_a_delegate_votes_for_the_reviewer_who_is_away(room: Newsroom) -> None:
    routes(room, RouteStage(name="Both", mode=StageMode.ALL, role=Role.REVIEWER))
    dan = room.a_member("dan", (Role.MANAGER, room.unit_id))
    a_delegation(room, room.bob, dan)
    content_id = room.submitted()
    room.vote(content_id, room.cid)
    assert room.item(content_id).state is S.IN_REVIEW
    room.vote(content_id, dan, on_behalf_of=room.bob.person_id)
    assert room.item(content_id).state is S.APPROVED
    vote = round_of(room, content_id).votes[-1]
    assert (vote.reviewer_id, vote.on_behalf_of) == (dan.person_id, room.bob.person_id)


def test_one_human_is_one_vote_delegated_or_not(room: Newsroom) -> None:
    routes(room, RouteStage(name="Two", mode=StageMode.QUORUM, quorum=2, role=Role.REVIEWER))
    a_delegation(room, room.bob, room.cid)
    content_id = room.submitted()
    room.vote(content_id, room.cid)
    with pytest.raises(Refusal) as no:
        room.vote(content_id, room.cid, on_behalf_of=room.bob.person_id)
    assert no.value.code is RefusalCode.ALREADY_VOTED
    assert room.item(content_id).state is S.IN_REVIEW


def test_a_delegation_reaches_no_further_than_it_says(room: Newsroom) -> None:
    other = room.a_unit("Sports")
    room.a_member("dan", (Role.REVIEWER, None))
    a_delegation(room, room.bob, room.cid, unit_id=other)
    content_id = room.submitted()
    with pytest.raises(Refusal) as no:
        room.vote(content_id, room.cid, on_behalf_of=room.bob.person_id)
    assert no.value.code is RefusalCode.NOT_DELEGATED


def test_a_delegation_is_not_handed_on(room: Newsroom) -> None:
    a_delegation(room, room.cid, room.bob, unit_id=room.unit_id)
    with pytest.raises(Refusal) as no:
        a_delegation(room, room.bob, room.cid)
    assert no.value.code is RefusalCode.INVALID_ARGUMENT
    assert no.value.field == ("toId",)


def test_an_ended_delegation_holds_no_more(room: Newsroom) -> None:
    given = a_delegation(room, room.bob, room.cid)
    room.give(reviews.EndDelegation(delegation_id=given.id), room.bob)
    content_id = room.submitted()
    with pytest.raises(Refusal) as no:
        room.vote(content_id, room.cid, on_behalf_of=room.bob.person_id)
    assert no.value.code is RefusalCode.NOT_DELEGATED


def test_the_seat_of_somebody_who_leaves_is_filled_again(room: Newsroom) -> None:
    routes(room, RouteStage(name="Both", mode=StageMode.ALL, role=Role.REVIEWER))
    content_id = room.submitted()
    room.vote(content_id, room.cid)
    room.give(DeactivatePerson(person_id=room.bob.person_id or "", reason="Left."))
    stage = round_of(room, content_id).open_stage()
    assert set(stage.reviewer_ids) == {room.cid.person_id, room.admin.person_id}
    assert [f.change for f in facts(room, content_id, SeatsChanged)] == [SeatChange.REFILLED]
    assert room.item(content_id).state is S.IN_REVIEW
    room.vote(content_id, room.admin)
    assert room.item(content_id).state is S.APPROVED


def test_no_stage_closes_on_a_seat_that_nobody_can_take(room: Newsroom) -> None:
    routes(room, RouteStage(name="All", mode=StageMode.ALL))
    content_id = room.submitted()
    room.give(DeactivatePerson(person_id=room.bob.person_id or "", reason="Left."))
    room.vote(content_id, room.cid)
    room.vote(content_id, room.admin)
    assert round_of(room, content_id).open_stage().vacant == 1
    assert room.item(content_id).state is S.IN_REVIEW


def test_a_late_stage_reminds_twice_and_then_asks_more_people(room: Newsroom) -> None:
    routes(room, RouteStage(name="Desk", role=Role.REVIEWER, due_hours=24))
    content_id = room.submitted()
    room.wait(11 * HOUR)
    assert not facts(room, content_id, reviews.StageReminded)
    room.wait(1 * HOUR)
    (first,) = facts(room, content_id, reviews.StageReminded)
    assert first.percent == 50
    assert set(first.waiting_ids) == {room.bob.person_id, room.cid.person_id}
    room.wait(12 * HOUR)
    assert [f.percent for f in facts(room, content_id, reviews.StageReminded)] == [50, 100]
    assert room.item(content_id).state is S.IN_REVIEW
    assert room.admin.person_id in round_of(room, content_id).open_stage().added_ids
    room.vote(content_id, room.admin)
    assert room.item(content_id).state is S.APPROVED


def test_who_asked_for_changes_sits_in_the_next_round_and_sees_what_changed(
    room: Newsroom,
) -> None:
    content_id = room.submitted(text="The bridge opens on Monday.")
    room.vote(content_id, verdict=Verdict.CHANGES, reason="Which bridge?")
    routes(room, RouteStage(name="Head", role=Role.ADMIN))
    words = (Variant(channel_id=room.channel_id, text="The old bridge opens on Monday."),)
    rev = room.item(content_id).rev
    room.give(orders.EditContent(content_id=content_id, rev=rev, variants=words), room.ann)
    room.give(orders.SubmitContent(content_id=content_id), room.ann)
    seats = set(round_of(room, content_id).open_stage().reviewer_ids)
    assert seats == {room.admin.person_id, room.bob.person_id}
    version = room.factory.reader(room.org_id).first(ContentVersion, content_id=content_id, n=2)
    assert version is not None
    parts = [(p.kind.value, p.text) for p in version.changes[0].parts]
    assert parts == [("same", "The "), ("added", "old "), ("same", "bridge opens on Monday.")]


def test_a_guest_is_waited_for_but_never_approves_alone(room: Newsroom) -> None:
    content_id = room.submitted()
    invited = a_guest(room, content_id)
    guest_votes(room, content_id, invited.link_id)
    assert room.item(content_id).state is S.IN_REVIEW
    room.vote(content_id, room.bob)
    assert room.item(content_id).state is S.APPROVED


def test_a_guest_has_one_vote(room: Newsroom) -> None:
    content_id = room.submitted()
    invited = a_guest(room, content_id)
    room.vote(content_id, room.bob)
    assert room.item(content_id).state is S.IN_REVIEW
    guest_votes(room, content_id, invited.link_id)
    assert room.item(content_id).state is S.APPROVED
    with pytest.raises(Refusal) as no:
        guest_votes(room, content_id, invited.link_id)
    assert no.value.code is RefusalCode.LINK_CLOSED


def test_a_link_that_was_taken_back_or_is_too_old_opens_nothing(room: Newsroom) -> None:
    content_id = room.submitted()
    first, second = a_guest(room, content_id), a_guest(room, content_id, hours=1)
    room.give(reviews.RevokeReviewLink(link_id=first.link_id), room.bob)
    room.wait(HOUR)
    for link in (first, second):
        with pytest.raises(Refusal) as no:
            guest_votes(room, content_id, link.link_id)
        assert no.value.code is RefusalCode.LINK_CLOSED


def test_members_and_writers_get_no_link(room: Newsroom) -> None:
    content_id = room.submitted()
    order = reviews.InviteReviewer(content_id=content_id, name="Ann", email="ANN@city.example")
    assert refused(room, order, room.bob) is RefusalCode.INVALID_ARGUMENT
    own = room.give(
        orders.DraftContent(
            unit_id=room.unit_id, variants=(Variant(channel_id=room.channel_id, text="x"),)
        )
    ).content_id
    room.give(orders.SubmitContent(content_id=own))
    order = reviews.InviteReviewer(content_id=own, name="Guest", email="guest@else.example")
    assert refused(room, order, room.admin) is RefusalCode.OWN_WORDS


def a_guest(room: Newsroom, content_id: str, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "content_id": content_id,
        "name": "Mr Builder",
        "email": "builder@firm.example",
    }
    return room.give(reviews.InviteReviewer(**(given | changes)), room.bob)


def guest_votes(room: Newsroom, content_id: str, link_id: str) -> Any:
    order = reviews.CastGuestVote(
        link_id=link_id,
        version_hash=room.item(content_id).version_hash or "",
        verdict=Verdict.APPROVE,
    )
    return room.give(order, publisher_of(room))
