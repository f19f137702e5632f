"""Keep the seats of open stages filled: when a stage opens, and when somebody leaves."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.facts import Fact
from contracts.refusals import Refusal
from contracts.workflow.review import SeatChange, SeatsChanged
from services.workflow.application.content.review import (
    eligible_reviewers,
    managers_of,
    save_round,
)
from services.workflow.application.trust.routing import route_of
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import (
    ReviewRound,
    RoundState,
    Stage,
    StageState,
    planned,
    with_stage,
)
from services.workflow.domain.content.seats import is_short, refilled, without


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """A round with its open stage's seats as they are today, and what changed about them."""

    review: ReviewRound
    facts: tuple[Fact, ...] = ()


def fitted(before: ReviewRound, after: ReviewRound, item: ContentItem, *, work: Work) -> Fitted:
    """Where a stage has just opened, its seats are judged now: who may vote, and has not yet."""
    was_open = {s.order for s in before.stages if s.state is StageState.OPEN}
    fresh = [s for s in after.stages if s.state is StageState.OPEN and s.order not in was_open]
    if not fresh:
        return Fitted(review=after)
    eligible = eligible_reviewers(item, work) - after.spoken()
    gone = fresh[0].voters() - eligible
    return _refitted(after, item, gone, work=work) if gone else Fitted(review=after)


def seat_left(person_id: str, work: Work) -> None:
    """Somebody may not be able to vote any more: their seats in open rounds are filled again.

    Votes they gave stay. A seat that nobody can take stays empty, and holds its stage open.
    """
    for review in work.find(ReviewRound, waiting_ids=person_id, state=RoundState.OPEN.value):
        item = work.get(ContentItem, review.content_id)
        if item.round_id != review.id or person_id in eligible_reviewers(item, work):
            continue
        fit = _refitted(review, item, frozenset({person_id}), work=work)
        told = save_round(review, fit.review, item, work=work)
        work.save(item, *told, *fit.facts, reason="A seat of its review was filled again.")


def _refitted(
    review: ReviewRound, item: ContentItem, gone: frozenset[str], *, work: Work
) -> Fitted:
    stage = review.open_stage()
    emptied = without(stage, gone)
    full = refilled(
        emptied, _today(review, item, gone, work=work), _managers(review, item, gone, work=work)
    )
    fact = SeatsChanged(
        content_id=item.id,
        round_id=review.id,
        stage=stage.order,
        change=SeatChange.VACATED if is_short(full) else SeatChange.REFILLED,
        added_ids=tuple(sorted(full.voters() - stage.voters())),
        left_ids=tuple(sorted(gone & stage.voters())),
        vacant=full.vacant,
    )
    return Fitted(review=with_stage(review, full), facts=(fact,))


def _today(
    review: ReviewRound, item: ContentItem, gone: frozenset[str], *, work: Work
) -> Stage | None:
    """The same stage as the route would make it today, with those who can still vote in it."""
    try:
        route = route_of(item, item.findings, work)
    except Refusal:
        return None
    order = review.open_stage().order
    plan = next((p for p in route.stages if p.order == order), None)
    if plan is None:
        return None
    away = gone | review.spoken()
    allowed = eligible_reviewers(item, work) - away
    stage = planned(plan, work.now)
    return without(stage, stage.voters() - allowed)


def _managers(
    review: ReviewRound, item: ContentItem, gone: frozenset[str], *, work: Work
) -> tuple[str, ...]:
    return tuple(sorted(managers_of(item, work) - gone - review.spoken()))
