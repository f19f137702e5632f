"""Timer of an open stage: remind at half and at the whole of its time, then ask more people."""

from __future__ import annotations

from chassis.ports import Work
from contracts.facts import Fact
from contracts.workflow.content import ContentState
from contracts.workflow.review import SeatChange, SeatsChanged, StageReminded
from services.workflow.application.content.review import (
    eligible_reviewers,
    managers_of,
    save_round,
)
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, RoundState, with_stage
from services.workflow.domain.content.seats import WHOLE, escalated, nudged


def stage_is_late(round_id: str, work: Work) -> None:
    """Does nothing for rounds that are over and items that are held; it never approves."""
    review = work.first(ReviewRound, id=round_id)
    if review is None or review.state is not RoundState.OPEN:
        return
    item = work.get(ContentItem, review.content_id)
    if item.state is not ContentState.IN_REVIEW or item.round_id != review.id:
        return
    after, percent = nudged(review, work.now)
    if not percent:
        return
    facts: list[Fact] = [_reminded(after, item, percent)]
    if percent == WHOLE:
        after, more = _widened(after, item, work)
        facts += more
    told = save_round(review, after, item, work=work)
    work.save(item, *told, *facts, reason=f"{percent} % of the stage's time has passed.")


def _reminded(review: ReviewRound, item: ContentItem, percent: int) -> StageReminded:
    stage = review.open_stage()
    return StageReminded(
        content_id=item.id,
        round_id=review.id,
        stage=stage.order,
        percent=percent,
        waiting_ids=review.waiting_ids,
        due_at=stage.due_at or review.opened_at,
    )


def _widened(review: ReviewRound, item: ContentItem, work: Work) -> tuple[ReviewRound, list[Fact]]:
    stage = review.open_stage()
    named = frozenset(stage.escalation_ids) or managers_of(item, work)
    wide = escalated(stage, (named & eligible_reviewers(item, work)) - review.spoken())
    added = tuple(sorted(wide.voters() - stage.voters()))
    if not added:
        return review, []
    fact = SeatsChanged(
        content_id=item.id,
        round_id=review.id,
        stage=stage.order,
        change=SeatChange.ESCALATED,
        added_ids=added,
        vacant=wide.vacant,
    )
    return with_stage(review, wide), [fact]
