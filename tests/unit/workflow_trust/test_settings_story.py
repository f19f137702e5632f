"""Routes, seats and crisis levels through the orders people give."""

from __future__ import annotations

import pytest

from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal, RefusalCode
from contracts.views import VIEWS
from contracts.workflow import trust as orders
from contracts.workflow.content import DraftContent, Finding, Variant
from contracts.workflow.content_states import AfterReview, StageMode, TopicRisk
from contracts.workflow.organizations import DeactivatePerson, GrantRole
from contracts.workflow.trust import RouteRule, RouteStage
from services.workflow.application.trust.sampling import is_drawn
from services.workflow.domain.trust.settings import ReviewSettings
from tests.unit.workflow_trust.trust_room import TrustRoom


@pytest.fixture
def room() -> TrustRoom:
    """An organization that writes and reviews."""
    return TrustRoom()


HEALTH = RouteRule(
    name="Health",
    topics=("Health",),
    stages=(
        RouteStage(name="Facts", mode=StageMode.QUORUM, quorum=2, due_hours=4),
        RouteStage(name="Privacy", seats=("Privacy ",)),
    ),
)
REST = RouteRule(name="Everything else", stages=(RouteStage(name="Look"),))


def test_routes_of_the_organization_hold_for_what_they_speak_of(room: TrustRoom) -> None:
    eve = room.a_member("eve", (Role.REVIEWER, room.unit_id))
    room.give(orders.SetReviewRoutes(rules=(HEALTH, REST)))
    room.give(orders.AssignSeat(name="privacy", person_id=str(eve.person_id)))
    item = room.a_draft()
    room.about(item, "health")
    facts, privacy = room.route(item).stages
    assert (facts.name, facts.quorum) == ("Facts", 2)
    assert privacy.reviewer_ids == (eve.person_id,)
    (look,) = room.route(room.a_draft()).stages
    assert look.name == "Look"


def test_once_there_are_routes_what_none_speaks_of_takes_the_strictest(room: TrustRoom) -> None:
    room.give(orders.SetReviewRoutes(rules=(HEALTH,)))
    (stage,) = room.route(room.a_draft()).stages
    assert stage.quorum == 2
    assert [seat.name for seat in stage.required] == ["legal"]
    assert stage.required[0].reviewer_ids == (room.admin.person_id,)
    room.give(orders.SetReviewRoutes(rules=()))
    assert room.route(room.a_draft()).stages[0].quorum == 1


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (RouteRule(name="", stages=HEALTH.stages), "name"),
        (RouteRule(name="None", stages=()), "stages"),
        (RouteRule(name="Q", stages=(RouteStage(name="a", quorum=0),)), "quorum"),
        (RouteRule(name="D", stages=(RouteStage(name="a", due_hours=0),)), "dueHours"),
        (RouteRule(name="S", stages=(RouteStage(name="a", seats=(" ",)),)), "seats"),
        (RouteRule(name="C", stages=HEALTH.stages, min_crisis_level=4), "minCrisisLevel"),
    ],
)
def test_routes_that_cannot_be_worked_are_refused(
    room: TrustRoom, rule: RouteRule, field: str
) -> None:
    with pytest.raises(Refusal) as no:
        room.give(orders.SetReviewRoutes(rules=(rule,)))
    assert no.value.code is RefusalCode.INVALID_ARGUMENT
    assert no.value.field[-1] == field


def test_routes_name_units_and_channels_of_the_organization(room: TrustRoom) -> None:
    here = RouteRule(name="R", stages=HEALTH.stages, unit_ids=("no",))
    there = RouteRule(name="R", stages=HEALTH.stages, channel_ids=("no",))
    for rule in (here, there):
        with pytest.raises(Refusal) as no:
            room.give(orders.SetReviewRoutes(rules=(rule,)))
        assert no.value.code is RefusalCode.NOT_FOUND


def test_a_unit_stands_for_its_subtree_in_routes_and_seats(room: TrustRoom) -> None:
    top = room.a_unit("Top")
    below = room.a_unit("Below", parent_id=top)
    room.give(
        orders.SetReviewRoutes(
            rules=(RouteRule(name="T", unit_ids=(top,), stages=HEALTH.stages), REST)
        )
    )
    rita = room.a_member("rita", (Role.REVIEWER, None))
    room.give(orders.AssignSeat(name="privacy", person_id=str(rita.person_id), unit_id=top))
    author = room.a_member("uma", (Role.AUTHOR, None))
    words = (Variant(channel_id=room.channel_id, text="Hello."),)
    item = room.give(DraftContent(unit_id=below, variants=words), author).content_id
    assert room.route(item).stages[1].reviewer_ids == (rita.person_id,)
    assert room.route(room.a_draft()).stages[0].name == "Look"


def test_a_seat_begins_ends_and_is_given_once(room: TrustRoom) -> None:
    bob = str(room.bob.person_id)
    seat = room.give(orders.AssignSeat(name="Legal", person_id=bob)).id
    with pytest.raises(Refusal) as no:
        room.give(orders.AssignSeat(name=" legal", person_id=bob))
    assert no.value.code is RefusalCode.ALREADY_EXISTS
    item = room.a_draft(topic_risk=TopicRisk.R3)
    assert room.route(item).stages[0].required[0].reviewer_ids == (bob,)
    room.give(orders.EndSeat(seat_id=seat))
    assert room.route(item).stages[0].required[0].reviewer_ids == (room.admin.person_id,)
    with pytest.raises(Refusal) as no:
        room.give(orders.EndSeat(seat_id=seat))
    assert no.value.code is RefusalCode.WRONG_STATE


def test_a_crisis_puts_review_before_everything(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(item, 80)
    room.give(orders.SetCrisisLevel(level=2, reason="The river is over its banks."))
    found = room.route(item)
    assert (len(found.stages), found.crisis_level) == (1, 2)
    room.give(orders.SetCrisisLevel(level=0, reason="The water has fallen."))
    assert room.route(item).after is AfterReview.SAMPLE
    stored = room.factory.reader(room.org_id).first(ReviewSettings)
    assert stored is not None
    assert (stored.crisis_level, stored.crisis_since) == (0, None)


@pytest.mark.parametrize(
    ("level", "reason", "code"),
    [
        (0, "again", RefusalCode.WRONG_STATE),
        (4, "more", RefusalCode.INVALID_ARGUMENT),
        (-1, "less", RefusalCode.INVALID_ARGUMENT),
        (1, " ", RefusalCode.REASON_REQUIRED),
    ],
)
def test_a_crisis_level_is_a_change_with_a_reason(
    room: TrustRoom, level: int, reason: str, code: RefusalCode
) -> None:
    with pytest.raises(Refusal) as no:
        room.give(orders.SetCrisisLevel(level=level, reason=reason))
    assert no.value.code is code


def test_a_clause_that_routes_asks_for_its_seats_unless_waived(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(item, 80)
    finding = Finding(check="x", severity="route", sentence="Personal.", route_seats=("privacy",))
    (stage,) = room.route(item, finding).stages
    assert [seat.name for seat in stage.required] == ["privacy"]
    waived = Finding(check="x", severity="route", sentence="P.", waiver_id="w")
    assert room.route(item, waived).stages == ()
    warned = Finding(check="x", severity="warn", sentence="P.", route_seats=("privacy",))
    assert room.route(item, warned).stages == ()


def test_nobody_who_wrote_it_is_among_the_readers(room: TrustRoom) -> None:
    wise = room.a_member("wise", (Role.ADMIN, None))
    room.give(orders.AssignSeat(name="legal", person_id=str(wise.person_id)))
    words = (Variant(channel_id=room.channel_id, text="Mine."),)
    order = DraftContent(unit_id=room.unit_id, variants=words, topic_risk=TopicRisk.R3)
    item = room.give(order, wise).content_id
    (stage,) = room.route(item).stages
    everybody = {*stage.reviewer_ids, *stage.escalation_ids, *stage.required[0].reviewer_ids}
    assert wise.person_id not in everybody


def test_nobody_left_to_read_is_a_refusal(room: TrustRoom) -> None:
    for person in (room.bob, room.cid):
        room.give(DeactivatePerson(person_id=str(person.person_id), reason="left"))
    words = (Variant(channel_id=room.channel_id, text="Mine."),)
    item = room.give(DraftContent(unit_id=room.unit_id, variants=words)).content_id
    with pytest.raises(Refusal) as no:
        room.route(item)
    assert no.value.code is RefusalCode.NO_REVIEWER


def test_the_draw_is_the_same_at_every_call_and_hidden_from_every_view(room: TrustRoom) -> None:
    item = room.item(room.submitted())
    first = room.within(lambda work: is_drawn(item, work))
    assert all(room.within(lambda work: is_drawn(item, work)) is first for _ in range(3))
    assert ("workflow", "sample_keys") not in VIEWS
    (key,) = room.factory.store.all("sample_keys")
    assert len(key["secret"]) > 60


def test_only_who_may_sets_routes_seats_and_crisis_levels(room: TrustRoom) -> None:
    bob = str(room.bob.person_id)
    forbidden = [
        orders.SetReviewRoutes(rules=()),
        orders.AssignSeat(name="legal", person_id=bob),
        orders.SetCrisisLevel(level=1, reason="fire"),
    ]
    for order in forbidden:
        with pytest.raises(Refusal) as no:
            room.give(order, room.bob)
        assert no.value.code is RefusalCode.FORBIDDEN
    assert room.factory.store.all("review_settings") == []
    assert room.factory.store.all("review_seats") == []


def test_a_manager_of_a_unit_declares_no_crisis_for_everybody(room: TrustRoom) -> None:
    max_ = room.a_member("max")
    grant = GrantRole(
        person_id=str(max_.person_id),
        role=Role.MANAGER,
        scope=ScopeKind.UNIT,
        scope_id=room.unit_id,
    )
    room.give(grant)
    with pytest.raises(Refusal) as no:
        room.give(orders.SetCrisisLevel(level=1, reason="fire"), max_)
    assert no.value.code is RefusalCode.FORBIDDEN
