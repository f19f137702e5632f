"""Review rounds: who may review, what is stored when one changes, when its stage is late."""

from __future__ import annotations

from chassis.ports import Work
from contracts.facts import Fact
from contracts.permissions import Permission, Role
from services.workflow.application.content.items import target_of_item
from services.workflow.application.governance.holders import Holders
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, RoundState, superseded
from services.workflow.domain.content.seats import next_nudge
from services.workflow.domain.content.stages import stage_facts

STAGE_TIMER = "review_stage"


def eligible_reviewers(item: ContentItem, work: Work) -> frozenset[str]:
    """Active people with content.review on the item's unit or only channel, less its writers."""
    return _less_writers(item, Holders(target_of_item(item), work).may(Permission.CONTENT_REVIEW))


def managers_of(item: ContentItem, work: Work) -> frozenset[str]:
    """Who answers for a stage that has nobody: admins over the item's unit, less its writers."""
    holders = Holders(target_of_item(item), work)
    return _less_writers(item, holders.with_role(Role.ADMIN, Permission.CONTENT_REVIEW))


def _less_writers(item: ContentItem, people: frozenset[str]) -> frozenset[str]:
    return frozenset(p for p in people if not item.is_written_by(p))


def round_of(item: ContentItem, work: Work) -> ReviewRound | None:
    """The item's present round."""
    return work.get(ReviewRound, item.round_id) if item.round_id else None


def save_round(
    before: ReviewRound, after: ReviewRound, item: ContentItem, *, work: Work
) -> tuple[Fact, ...]:
    """Store a round and set the timer of its open stage; the facts to store with the item."""
    work.save(after)
    set_nudge(after, work)
    return stage_facts(before, after, item)


def set_nudge(review: ReviewRound, work: Work) -> None:
    """The next reminder of the open stage; none for a round that is over."""
    work.stop_timers(review.id, STAGE_TIMER)
    if review.state is not RoundState.OPEN:
        return
    moment = next_nudge(review)
    if moment is not None:
        work.start_timer(STAGE_TIMER, review.id, moment)


def supersede(item: ContentItem, work: Work, *, writer: str | None = None) -> tuple[Fact, ...]:
    """The words changed or the approval fell: the item's round, if any, is history.

    A vote of the new ``writer`` falls. Gives the facts to store with the item.
    """
    review = round_of(item, work)
    if review is None or review.state is RoundState.SUPERSEDED:
        return ()
    writers = frozenset({writer} if writer else ())
    return save_round(review, superseded(review, work.now, writers=writers), item, work=work)
