"""An appeal goes to the stages above the rejection, and nobody judges it who rejected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import RequiredSeat, StageMode, StagePlan, Verdict
from services.workflow.domain.content.rerouting import above
from services.workflow.domain.content.rounds import ReviewRound, Vote, opened

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = NOW + timedelta(hours=8)


def a_plan(order: int, *people: str, legal: tuple[str, ...] = ()) -> StagePlan:
    required = (RequiredSeat(name="legal", reviewer_ids=legal),) if legal else ()
    return StagePlan(
        order=order,
        mode=StageMode.ANY,
        quorum=1,
        reviewer_ids=people,
        due_at=DUE,
        required=required,
        escalation_ids=people[:1],
    )


def rejected(plans: tuple[StagePlan, ...], *, stage: int, by: str = "rex") -> ReviewRound:
    vote = Vote(
        reviewer_id=by,
        stage=stage,
        verdict=Verdict.REJECT,
        version_hash="h",
        reason="Wrong.",
        cast_at=NOW,
    )
    return ReviewRound(
        id="r",
        org_id="o",
        content_id="c",
        version_hash="h",
        explanation="",
        stages=opened(plans, NOW),
        opened_at=NOW,
        votes=(vote,),
    )


def test_the_stages_above_judge_without_who_rejected() -> None:
    plans = (a_plan(1, "rex"), a_plan(2, "rex", "sue", legal=("rex", "lea")), a_plan(3, "tom"))
    second, third = above(rejected(plans, stage=1), plans, frozenset({"boss"}))
    assert (second.order, third.order) == (2, 3)
    assert (second.reviewer_ids, second.escalation_ids) == (("sue",), ())
    assert [(s.name, s.reviewer_ids) for s in second.required] == [("legal", ("lea",))]
    assert (third.reviewer_ids, third.escalation_ids, third.required) == (("tom",), ("tom",), ())


def test_a_seat_of_the_rejected_stage_is_asked_again_through_another_holder() -> None:
    plans = (a_plan(1, "rex", legal=("rex", "lea")), a_plan(2, "sue"))
    (stage,) = above(rejected(plans, stage=1), plans, frozenset())
    assert [(s.name, s.reviewer_ids) for s in stage.required] == [("legal", ("lea",))]


def test_above_the_last_stage_is_one_manager_who_did_not_reject() -> None:
    plans = (a_plan(1, "rex"),)
    (stage,) = above(rejected(plans, stage=1), plans, frozenset({"rex", "zoe", "amy"}))
    assert stage == StagePlan(
        order=1,
        mode=StageMode.ANY,
        quorum=1,
        reviewer_ids=("amy", "zoe"),
        due_at=DUE,
        name="appeal",
    )


@pytest.mark.parametrize(
    "plans",
    [
        (a_plan(1, "rex"),),
        (a_plan(1, "rex"), a_plan(2, "rex")),
        (a_plan(1, "rex", legal=("rex",)), a_plan(2, "sue")),
    ],
)
def test_an_appeal_that_nobody_else_can_judge_is_refused(plans: tuple[StagePlan, ...]) -> None:
    with pytest.raises(Refusal) as no:
        above(rejected(plans, stage=1), plans, frozenset({"rex"}))
    assert no.value.code is RefusalCode.NO_REVIEWER
    assert no.value.sentence == "Nobody is left above those who rejected the item."
