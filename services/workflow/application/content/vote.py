"""One reviewer's verdict on the version they read; the last one that is needed ends the round."""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentKind,
    ContentState,
    DraftAnswer,
    Verdict,
    VoteCast,
    VoteOnContent,
)
from services.workflow.application.content.items import answer, person_of
from services.workflow.application.content.review import eligible_reviewers
from services.workflow.application.content.schedule import schedule_approved
from services.workflow.application.conversations.replies import reply_refused, to_replying
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition
from services.workflow.domain.content.rounds import ReviewRound, RoundState, Vote, cast

ENDS: Final = {
    RoundState.SATISFIED: ContentState.APPROVED,
    RoundState.CHANGES: ContentState.CHANGES_REQUESTED,
    RoundState.REJECTED: ContentState.REJECTED,
}


def vote_on_content(command: VoteOnContent, work: Work) -> DraftAnswer:
    """Refuses OwnWords, NotAReviewer, HashMismatch, AlreadyVoted, ReasonRequired, WrongState."""
    item = work.get(ContentItem, command.content_id)
    if item.state is not ContentState.IN_REVIEW or item.round_id is None:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "The item is not under review.",
            data={"state": item.state.value},
        )
    review = work.get(ReviewRound, item.round_id)
    vote = Vote(
        reviewer_id=person_of(work),
        stage=0,
        verdict=command.verdict,
        version_hash=command.version_hash,
        reason=command.reason,
        cast_at=work.now,
    )
    after = work.save(cast(review, item, vote, eligible=eligible_reviewers(item, work)))
    return answer(_apply(item, after, work))


def _apply(item: ContentItem, review: ReviewRound, work: Work) -> ContentItem:
    said = _vote_fact(item, review, work)
    ended = ENDS.get(review.state)
    if ended is None:
        return work.save(item, said)
    step = transition(
        item,
        events.ReviewEnded(
            at=work.now,
            actor_id=said.reviewer_id,
            state=ended,
            reason=said.reason,
            waited_seconds=said.waited_seconds,
        ),
    )
    stored = work.save(step.item, said, *step.facts, reason=said.reason)
    return _follow_up(stored, said, work)


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
    )


def _follow_up(item: ContentItem, said: VoteCast, work: Work) -> ContentItem:
    if said.verdict is not Verdict.APPROVE:
        if item.conversation_id:
            reply_refused(item.conversation_id, said.reason, work)
        return item
    if item.kind is ContentKind.REPLY and item.conversation_id:
        to_replying(item.conversation_id, work)
    return schedule_approved(item, work)
