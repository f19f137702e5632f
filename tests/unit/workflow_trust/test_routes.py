"""Routes: the union of floor and tier, and the people in their seats."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import StagePlan
from contracts.workflow.content_states import AfterReview, StageMode, TopicRisk
from contracts.workflow.trust import RouteRule, RouteStage, TrustTier
from services.workflow.domain.trust.depth import Depth, Needs, depth_of, votes_of
from services.workflow.domain.trust.seating import People, can_be_filled, seated
from services.workflow.domain.trust.standing import ORDER
from tests.unit.workflow_trust.records import NOW

T0, T1, T2, T3 = TrustTier
R0, R1, R2, R3 = TopicRisk
FACTS = RouteStage(name="Facts", mode=StageMode.QUORUM, quorum=2)
PRIVACY = RouteStage(name="Privacy", seats=("privacy",))
RULE = RouteRule(name="Health", stages=(FACTS, PRIVACY))


def needs(**changes: Any) -> Needs:
    """An item of risk R0 by somebody without a record."""
    given: dict[str, Any] = {"risk": R0, "tier": T0}
    return Needs(**(given | changes))


def votes(depth: Depth) -> int:
    """Approvals before publishing."""
    return sum(votes_of(stage) for stage in depth.stages)


def seats(depth: Depth) -> set[str]:
    """Seats before publishing."""
    return {seat for stage in depth.stages for seat in stage.seats}


NONE, ALL, SAMPLE = AfterReview
TABLE = [
    (R0, T0, 1, NONE),
    (R0, T1, 1, NONE),
    (R0, T2, 0, ALL),
    (R0, T3, 0, SAMPLE),
    (R1, T0, 1, NONE),
    (R1, T1, 1, NONE),
    (R1, T2, 0, ALL),
    (R1, T3, 0, ALL),
    (R2, T0, 1, NONE),
    (R2, T1, 1, NONE),
    (R2, T2, 1, NONE),
    (R2, T3, 1, NONE),
    (R3, T0, 2, NONE),
    (R3, T1, 2, NONE),
    (R3, T2, 2, NONE),
    (R3, T3, 2, NONE),
]


@pytest.mark.parametrize(("risk", "tier", "before", "after"), TABLE)
def test_floor_and_tier_together_make_the_depth(
    risk: TopicRisk, tier: TrustTier, before: int, after: AfterReview
) -> None:
    found = depth_of(needs(risk=risk, tier=tier))
    assert (votes(found), found.after) == (before, after)
    assert seats(found) == ({"legal"} if risk is R3 else set())


def test_an_organizations_route_holds_in_full_only_without_trust() -> None:
    assert depth_of(needs(rule=RULE, has_rules=True)).stages == RULE.stages
    assert votes(depth_of(needs(rule=RULE, has_rules=True, tier=T1))) == 1
    assert votes(depth_of(needs(rule=RULE, has_rules=True, tier=T2))) == 0


def test_trust_does_not_shorten_a_fixed_route() -> None:
    fixed = RouteRule(name="Health", stages=RULE.stages, is_fixed=True)
    assert depth_of(needs(rule=fixed, has_rules=True, tier=T3)).stages == RULE.stages


@pytest.mark.parametrize("tier", list(TrustTier))
def test_where_no_route_speaks_of_an_item_the_strictest_holds(tier: TrustTier) -> None:
    found = depth_of(needs(has_rules=True, tier=tier))
    assert (votes(found), seats(found)) == (2, {"legal"})


def test_the_gravest_topics_get_legal_and_one_more_on_any_route() -> None:
    one = RouteRule(name="Short", stages=(RouteStage(name="Look"),))
    legal = RouteRule(name="Law", stages=(RouteStage(name="Law", seats=("legal",)),))
    for rule in (RULE, one, legal):
        found = depth_of(needs(risk=R3, rule=rule, has_rules=True))
        assert "legal" in seats(found)
        assert votes(found) >= 2


def test_nothing_goes_out_unread_in_a_crisis() -> None:
    found = depth_of(needs(tier=T3, crisis_level=1))
    assert (votes(found), found.after) == (1, NONE)


def test_a_clause_that_routes_puts_its_seats_before_publishing() -> None:
    found = depth_of(needs(tier=T3, is_asked=True, asked_seats=("privacy", "records")))
    assert seats(found) == {"privacy", "records"}
    assert found.after is NONE
    assert votes(depth_of(needs(tier=T3, is_asked=True))) == 1
    known = depth_of(needs(rule=RULE, has_rules=True, is_asked=True, asked_seats=("privacy",)))
    assert known.stages == RULE.stages


STAGES = st.builds(
    RouteStage,
    name=st.just("Stage"),
    mode=st.sampled_from(StageMode),
    quorum=st.integers(1, 3),
    seats=st.lists(st.sampled_from(["legal", "privacy"]), unique=True, max_size=2).map(tuple),
)
RULES = st.none() | st.builds(
    RouteRule,
    name=st.just("Rule"),
    stages=st.lists(STAGES, min_size=1, max_size=3).map(tuple),
    is_fixed=st.booleans(),
)
NEEDS = st.builds(
    Needs,
    risk=st.sampled_from(TopicRisk),
    tier=st.sampled_from(TrustTier),
    rule=RULES,
    has_rules=st.booleans(),
    crisis_level=st.integers(0, 3),
    is_asked=st.booleans(),
    asked_seats=st.lists(st.sampled_from(["legal", "records"]), unique=True).map(tuple),
)


@given(NEEDS)
def test_the_floor_holds_whatever_else_is_true(given_needs: Needs) -> None:
    found = depth_of(given_needs)
    assert bool(found.stages) is (found.after is NONE)
    if given_needs.risk is R3:
        assert "legal" in seats(found)
        assert votes(found) >= 2
    if given_needs.risk is R2 or given_needs.crisis_level:
        assert votes(found) >= 1
    if given_needs.risk is R1:
        assert votes(found) >= 1 or found.after is ALL
    if given_needs.is_asked:
        assert found.stages
        assert seats(found) >= set(given_needs.asked_seats)


@given(st.sampled_from(TopicRisk), st.integers(0, 3))
def test_less_trust_is_never_less_review_on_the_built_in_routes(
    risk: TopicRisk, level: int
) -> None:
    depths = [depth_of(needs(risk=risk, tier=tier, crisis_level=level)) for tier in ORDER]
    weights = [(votes(d), (SAMPLE, ALL, NONE).index(d.after)) for d in depths]
    assert weights == sorted(weights, reverse=True)


def people(*reviewers: str, **changes: Any) -> People:
    """Who may read."""
    return People(reviewers=frozenset(reviewers), **changes)


BOSS = frozenset({"boss"})


def test_a_seat_is_read_by_those_who_hold_it_and_may_review() -> None:
    team = people("bob", "cid", by_seat={"privacy": frozenset({"cid", "outsider"})})
    (plan,) = seated((PRIVACY,), team, NOW)
    assert plan.reviewer_ids == ("cid",)
    assert plan.required[0].reviewer_ids == ("cid",)


def test_an_empty_seat_and_an_empty_stage_go_to_the_admins_above() -> None:
    team = people("bob", "cid", "boss", managers=BOSS)
    (plan,) = seated((PRIVACY,), team, NOW)
    assert plan.reviewer_ids == ("boss",)
    editors = RouteStage(name="Editors", role=Role.MANAGER)
    (plan,) = seated((editors,), team, NOW)
    assert plan.reviewer_ids == ("boss",)


@pytest.mark.parametrize(
    ("stages", "team"),
    [
        ((PRIVACY,), people("bob")),
        ((RouteStage(name="Look"),), people()),
        ((FACTS,), people("bob")),
        ((RouteStage(name="Look"), RouteStage(name="Again")), people("bob")),
        ((RouteStage(name="All", mode=StageMode.ALL),), people()),
        ((RouteStage(name="All", mode=StageMode.ALL), RouteStage(name="L")), people("bob", "cid")),
    ],
)
def test_too_few_different_people_are_refused_at_once(
    stages: tuple[RouteStage, ...], team: People
) -> None:
    with pytest.raises(Refusal) as no:
        seated(stages, team, NOW)
    assert no.value.code is RefusalCode.NO_REVIEWER
    assert no.value.data["found"] < max(no.value.data["needed"], 3)


def test_the_admins_above_help_out_where_one_person_would_be_needed_twice() -> None:
    editors = RouteStage(name="Editors", role=Role.REVIEWER)
    team = people("bob", "boss", by_role={Role.REVIEWER: frozenset({"bob"})}, managers=BOSS)
    first, second = seated((editors, editors), team, NOW)
    assert first.reviewer_ids == second.reviewer_ids == ("bob", "boss")


def test_each_stage_is_due_after_those_before_it() -> None:
    stages = (RouteStage(name="a", due_hours=2), RouteStage(name="b", due_hours=3))
    first, second = seated(stages, people("bob", "cid"), NOW)
    assert first.due_at == NOW + timedelta(hours=2)
    assert second.due_at == NOW + timedelta(hours=5)
    assert (first.order, second.order) == (1, 2)


def test_late_stages_go_to_the_admins_above() -> None:
    team = people("bob", by_role={}, managers=BOSS)
    (plan,) = seated((RouteStage(name="a"),), team, NOW)
    assert plan.escalation_ids == ("boss",)


@given(
    st.lists(STAGES, min_size=1, max_size=3),
    st.sets(st.sampled_from("abcdef"), max_size=6),
    st.sets(st.sampled_from("abcdef"), max_size=3),
    st.sets(st.sampled_from("abcdef"), max_size=2),
)
def test_a_route_that_opens_can_be_finished_by_different_people(
    stages: list[RouteStage], team: set[str], legal: set[str], boss: set[str]
) -> None:
    found = People(
        reviewers=frozenset(team | boss),
        by_seat={"legal": frozenset(legal)},
        managers=frozenset(boss),
    )
    with suppress(Refusal):
        assert_workable(seated(stages, found, NOW), team | boss)


def assert_workable(plans: tuple[StagePlan, ...], known: set[str]) -> None:
    """Nothing in it can stand still for want of a person."""
    assert can_be_filled(plans)
    for plan in plans:
        assert plan.reviewer_ids
        assert all(seat.reviewer_ids for seat in plan.required)
        assert {p for s in plan.required for p in s.reviewer_ids} <= set(plan.reviewer_ids)
        assert set(plan.reviewer_ids) <= known


def test_the_lawyers_come_in_a_stage_of_their_own_after_a_route_without_them() -> None:
    found = depth_of(needs(risk=R3, rule=RULE, has_rules=True))
    assert [stage.name for stage in found.stages] == [*(s.name for s in RULE.stages), "Legal"]


@pytest.mark.parametrize(("mode", "votes"), [(StageMode.ANY, 1), (StageMode.QUORUM, 3)])
def test_a_quorum_is_counted_in_stages_of_that_mode_only(mode: StageMode, votes: int) -> None:
    assert votes_of(RouteStage(name="Look", mode=mode, quorum=3)) == votes
