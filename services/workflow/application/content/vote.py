"""One reviewer's verdict on the version they read; the last one that is needed ends the round."""

from __future__ import annotations

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState, DraftAnswer, VoteOnContent
from services.workflow.application.content.deciding import decided
from services.workflow.application.content.delegate import check_delegated
from services.workflow.application.content.items import answer, person_of
from services.workflow.application.content.review import eligible_reviewers, round_of
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, Vote
from services.workflow.domain.content.voting import cast


def vote_on_content(command: VoteOnContent, work: Work) -> DraftAnswer:
    """Refuses OwnWords, NotAReviewer, NotDelegated, HashMismatch, AlreadyVoted, ReasonRequired,

    WrongState.
    """
    item = work.get(ContentItem, command.content_id)
    review = under_review(item, work)
    voter = person_of(work)
    seat = command.on_behalf_of if command.on_behalf_of != voter else None
    if seat is not None:
        check_delegated(seat, voter, item, work=work)
    vote = Vote(
        reviewer_id=voter,
        stage=0,
        verdict=command.verdict,
        version_hash=command.version_hash,
        reason=command.reason,
        cast_at=work.now,
        on_behalf_of=seat,
    )
    after = cast(review, item, vote, eligible=eligible_reviewers(item, work))
    return answer(decided(item, review, after, work=work))


def under_review(item: ContentItem, work: Work) -> ReviewRound:
    """The open round; WrongState if the item waits for no vote."""
    review = round_of(item, work)
    if item.state is not ContentState.IN_REVIEW or review is None:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "The item is not under review.",
            data={"state": item.state.value},
        )
    return review
