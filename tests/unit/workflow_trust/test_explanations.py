"""The sentence that tells an author why this depth, and what comes next."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.workflow.content_states import StageMode, TopicRisk
from contracts.workflow.trust import RouteRule, RouteStage, TrustTier
from services.workflow.domain.content.routes import route
from services.workflow.domain.trust.depth import Needs
from services.workflow.domain.trust.seating import People
from services.workflow.domain.trust.standing import standing_of
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


BOSS = frozenset({"boss"})
TEAM = People(reviewers=frozenset({"bob", "cid", "boss"}), managers=BOSS)
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
        needs(rule=RouteRule(name="Rest", stages=(RouteStage(name="Look"),)), has_rules=True),
        [],
        (
            "One approval before publishing: no record here yet. Your organization's route is Rest."
            " Next step: T2 at 40 clean, if your score is 0.90 by then."
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
