"""What a round says about its stages: the facts between two of its states."""

from __future__ import annotations

from datetime import datetime

from contracts.facts import Fact
from contracts.workflow.review import StageClosed, StageEnd, StageOpened
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, RoundState, Stage, StageState


def stage_facts(
    before: ReviewRound | None, after: ReviewRound, item: ContentItem
) -> tuple[Fact, ...]:
    """Every stage that closed, then every stage that opened, between the two."""
    known = {s.order: s.state for s in before.stages} if before else {}
    changed = [s for s in after.stages if known.get(s.order, StageState.WAITING) is not s.state]
    closed = [_closed(after, s, item) for s in changed if s.state is StageState.CLOSED]
    opened = [_opened(after, s, item) for s in changed if s.state is StageState.OPEN]
    return (*closed, *opened)


def _opened(review: ReviewRound, stage: Stage, item: ContentItem) -> StageOpened:
    return StageOpened(
        content_id=item.id,
        round_id=review.id,
        stage=stage.order,
        name=stage.name,
        mode=stage.mode,
        quorum=stage.quorum,
        reviewer_ids=tuple(sorted(stage.voters())),
        opened_at=stage.opened_at or review.opened_at,
        due_at=stage.due_at,
        unit_id=item.unit_id,
        channel_ids=item.channel_ids,
        topic=item.topic,
    )


def _closed(review: ReviewRound, stage: Stage, item: ContentItem) -> StageClosed:
    closed_at = stage.closed_at or review.opened_at
    return StageClosed(
        content_id=item.id,
        round_id=review.id,
        stage=stage.order,
        name=stage.name,
        end=_end(review, stage),
        closed_at=closed_at,
        waited_seconds=_waited(stage, closed_at),
        unit_id=item.unit_id,
        channel_ids=item.channel_ids,
        topic=item.topic,
    )


def _waited(stage: Stage, until: datetime) -> int:
    return int((until - (stage.opened_at or until)).total_seconds())


def _end(review: ReviewRound, stage: Stage) -> StageEnd:
    if review.state is RoundState.SUPERSEDED:
        return StageEnd.SUPERSEDED
    was_last_open = stage.closed_at == review.closed_at and review.state is not RoundState.SATISFIED
    return StageEnd.ENDED if was_last_open else StageEnd.SATISFIED
