"""Routes: the union of floor and tier, the people in their seats, and the sentence."""

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
from services.workflow.domain.content.routes import route
from services.workflow.domain.trust.depth import Depth, Needs, depth_of, votes_of
from services.workflow.domain.trust.seating import People, can_be_filled, seated
from services.workflow.domain.trust.standing import ORDER, standing_of
from tests.unit.workflow_trust.records import NOW, an_incident, clean

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


TEAM = people("bob", "cid", "boss", managers=BOSS)
SENTENCES = [
    (
        needs(tier=T2),
        [*clean(64), an_incident(2, self_reported=True)],
        (
            "No review before publishing here, all of it read within 24 hours after: 64 clean,"
            " 1 self-reported slip. Next step: T3 at 80 clean, if your score is 0.95 by then."
        ),
    ),
    (
        needs(),
        [],
        (
            "One approval before publishing: no record here yet."
            " Next step: T2 at 40 clean, if your score is 0.90 by then."
        ),
    ),
    (
        needs(risk=R2),
        [],
        (
            "One approval before publishing: no record here yet."
            " Topics of risk R2 always have one reviewer before publishing."
        ),
    ),
    (
        needs(risk=R3, tier=T3),
        clean(80, risk=R3),
        (
            "2 approvals with legal among them before publishing: 80 clean."
            " Topics of risk R3 always have legal and one more before publishing."
        ),
    ),
    (
        needs(tier=T3),
        clean(80),
        "No review before publishing here, one in five read after: 80 clean.",
    ),
    (
        needs(rule=RULE, has_rules=True),
        [*clean(2), an_incident(3), an_incident(2)],
        (
            "2 stages before publishing (Facts: 2 approvals; Privacy: approval by privacy): 2 clean,"
            " 2 incidents. Your organization's route is Health."
            " Next step: T1 at 20 clean, if your score is 0.80 by then."
        ),
    ),
    (
        needs(has_rules=True),
        clean(1),
        (
            "2 approvals with legal among them before publishing: 1 clean. No route of your organization"
            " speaks of this item, so the strictest holds. Trust does not shorten this route."
        ),
    ),
    (
        needs(),
        [*clean(90), an_incident(1)],
        (
            "One approval before publishing: 90 clean, 1 incident."
            " Full review until 1 April 2026, after a grave incident."
        ),
    ),
    (
        needs(tier=T1),
        [*clean(90), an_incident(2), an_incident(3), an_incident(2, source_id="b")],
        (
            "One approval before publishing: 90 clean, 3 incidents."
            " Next step: T2 when your score is 0.90; it is 0.88."
        ),
    ),
    (
        needs(tier=T3, crisis_level=2, is_asked=True, asked_seats=("privacy",)),
        clean(80),
        (
            "2 stages before publishing (Review: one approval; Clauses: approval by privacy): 80 clean."
            " Crisis level 2: nothing goes out unread. A clause asks for privacy."
        ),
    ),
]


@pytest.mark.parametrize(("given_needs", "record", "sentence"), SENTENCES)
def test_the_author_sees_why_and_the_next_step(
    given_needs: Needs, record: list[Any], sentence: str
) -> None:
    standing = standing_of(record, given_needs.risk, NOW)
    found = route(given_needs, standing, TEAM, at=NOW)
    assert found.explanation == sentence
