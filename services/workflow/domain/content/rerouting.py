"""Second looks: a re-review, an appeal, and whether what was asked is still enough (DOMAIN 3)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    AfterReview,
    RequiredSeat,
    StageMode,
    StagePlan,
    Verdict,
)
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, RoundState, Stage
from services.workflow.domain.content.voting import is_satisfied

Shape = tuple[tuple[object, ...], ...]


def shape_of(stages: Iterable[StagePlan | Stage]) -> Shape:
    """What makes two routes the same, whoever sits in them today."""
    return tuple(
        (s.order, s.name, s.mode, s.quorum, tuple(sorted(seat.name for seat in s.required)))
        for s in stages
    )


def has_passed(review: ReviewRound) -> bool:
    """Whether its votes closed every stage, also where the approval fell later."""
    if review.state not in (RoundState.SATISFIED, RoundState.SUPERSEDED):
        return False
    return bool(review.stages) and all(is_satisfied(review, stage) for stage in review.stages)


def has_verdict(review: ReviewRound) -> bool:
    """Whether it was decided, for or against; rounds that were cut short were not."""
    return has_passed(review) or any(v.verdict is not Verdict.APPROVE for v in review.votes)


def is_enough(
    item: ContentItem,
    plans: tuple[StagePlan, ...],
    *,
    after: AfterReview,
    asked: Iterable[ReviewRound],
) -> bool:
    """Whether a route of today asks for nothing that ``asked``, rounds over these words, did not.

    Fails closed: an item without rounds was to be read afterwards, and counts for no more than that.
    """
    if plans:
        return any(_covers(review.stages, plans) for review in asked)
    return item.round_id is not None or item.after is AfterReview.ALL or item.after is after


def _covers(asked: tuple[Stage, ...], plans: tuple[StagePlan, ...]) -> bool:
    return (
        len(asked) >= len(plans)
        and _seats(asked) >= _seats(plans)
        and _votes(asked) >= _votes(plans)
        and _whole(asked) >= _whole(plans)
    )


def _seats(stages: Iterable[StagePlan | Stage]) -> frozenset[str]:
    return frozenset(seat.name for stage in stages for seat in stage.required)


def _votes(stages: Iterable[StagePlan | Stage]) -> int:
    """How many approvals it takes at least, whoever sits there today."""
    quorums = ((s, s.quorum if s.mode is StageMode.QUORUM else 1) for s in stages)
    return sum(max(quorum, len(stage.required)) for stage, quorum in quorums)


def _whole(stages: Iterable[StagePlan | Stage]) -> int:
    """How many stages ask everybody."""
    return sum(stage.mode is StageMode.ALL for stage in stages)


def rereview(plans: tuple[StagePlan, ...], last: ReviewRound | None) -> tuple[StagePlan, ...]:
    """One stage, the last, if the same words passed the same route before; else the whole route.

    The seats that any stage requires come along: nobody's required look is saved.
    """
    if last is None or len(plans) < 2 or shape_of(plans) != shape_of(last.stages):
        return plans
    seats = {seat.name: seat for plan in plans for seat in plan.required}
    one = msgspec.structs.replace(plans[-1], order=1, required=tuple(seats.values()))
    return (one,)


def above(
    rejected: ReviewRound, plans: tuple[StagePlan, ...], managers: frozenset[str]
) -> tuple[StagePlan, ...]:
    """The stages that an appeal goes to: those above the rejection, else one of the managers.

    Who rejected does not judge the appeal; required seats of the rejected stage are asked again, by
    others who hold them. Refuses NoReviewer if nobody is left above, AlreadyAppealed the second time.
    """
    if rejected.appeal_of is not None:
        raise Refusal(RefusalCode.ALREADY_APPEALED, "An item is appealed once.")
    no = next(v for v in reversed(rejected.votes) if v.verdict is Verdict.REJECT)
    judges = frozenset({no.reviewer_id, no.seat})
    own = next((plan for plan in plans if plan.order == no.stage), None)
    higher = tuple(_less(plan, judges) for plan in plans if plan.order > no.stage)
    stages = higher or _managers(own, managers - judges)
    missed = tuple(_less_seat(seat, judges) for seat in (own.required if own else ()))
    first = msgspec.structs.replace(stages[0], required=(*stages[0].required, *missed))
    return _checked((first, *stages[1:]))


def _managers(own: StagePlan | None, people: frozenset[str]) -> tuple[StagePlan, ...]:
    return (
        StagePlan(
            order=1,
            mode=StageMode.ANY,
            quorum=1,
            reviewer_ids=tuple(sorted(people)),
            due_at=own.due_at if own else None,
            name="appeal",
        ),
    )


def _less(plan: StagePlan, judges: frozenset[str]) -> StagePlan:
    return msgspec.structs.replace(
        plan,
        reviewer_ids=tuple(p for p in plan.reviewer_ids if p not in judges),
        required=tuple(_less_seat(seat, judges) for seat in plan.required),
        escalation_ids=tuple(p for p in plan.escalation_ids if p not in judges),
    )


def _less_seat(seat: RequiredSeat, judges: frozenset[str]) -> RequiredSeat:
    kept = tuple(p for p in seat.reviewer_ids if p not in judges)
    return msgspec.structs.replace(seat, reviewer_ids=kept)


def _checked(plans: tuple[StagePlan, ...]) -> tuple[StagePlan, ...]:
    for plan in plans:
        if not plan.reviewer_ids or any(not seat.reviewer_ids for seat in plan.required):
            raise Refusal(
                RefusalCode.NO_REVIEWER, "Nobody is left above those who rejected the item."
            )
    return plans
