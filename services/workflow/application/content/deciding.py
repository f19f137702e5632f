"""What a vote does: it is told, the next stage finds its people, or the round has ended."""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.workflow.content import ContentState, VoteCast
from services.workflow.application.content.approved import approved
from services.workflow.application.content.review import save_round
from services.workflow.application.content.seating import fitted
from services.workflow.application.conversations.replies import reply_refused
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition
from services.workflow.domain.content.rounds import ReviewRound, RoundState

ENDS: Final = {
    RoundState.SATISFIED: ContentState.APPROVED,
    RoundState.CHANGES: ContentState.CHANGES_REQUESTED,
    RoundState.REJECTED: ContentState.REJECTED,
}


def decided(
    item: ContentItem, before: ReviewRound, after: ReviewRound, *, work: Work
) -> ContentItem:
    """Store the round after its newest vote, and let the item follow."""
    said = _vote_fact(item, after, work)
    return concluded(item, before, after, work=work, said=said)


def concluded(
    item: ContentItem,
    before: ReviewRound,
    after: ReviewRound,
    *,
    work: Work,
    said: VoteCast | None = None,
) -> ContentItem:
    """Store a round that moved on, by a vote or because it waits for less."""
    fit = fitted(before, after, item, work=work)
    told = save_round(before, fit.review, item, work=work)
    first = (*((said,) if said else ()), *told, *fit.facts)
    ended = ENDS.get(after.state)
    if ended is None:
        return work.save(item, *first)
    event = events.ReviewEnded(
        at=work.now,
        actor_id=work.actor.person_id,
        state=ended,
        reason=said.reason if said else "",
        waited_seconds=int((work.now - after.opened_at).total_seconds()),
    )
    step = transition(item, event)
    stored = work.save(step.item, *first, *step.facts, reason=event.reason)
    if ended is not ContentState.APPROVED and item.conversation_id:
        reply_refused(item.conversation_id, event.reason, work)
    return approved(stored, work)


def _vote_fact(item: ContentItem, review: ReviewRound, work: Work) -> VoteCast:
    vote = review.votes[-1]
    return VoteCast(
        content_id=item.id,
        round_id=review.id,
        stage=vote.stage,
        reviewer_id=vote.reviewer_id,
        verdict=vote.verdict,
        version_hash=vote.version_hash,
        reason=vote.reason,
        waited_seconds=int((work.now - review.opened_at).total_seconds()),
        on_behalf_of=vote.on_behalf_of,
        link_id=vote.link_id,
        unit_id=item.unit_id,
    )
