"""Votes: who may cast one, what it counts for, and when a stage is satisfied (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import StageMode, Verdict
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import (
    ReviewRound,
    RoundState,
    Stage,
    StageState,
    Vote,
    ended,
    started,
    waiting,
)


def cast(
    review: ReviewRound, item: ContentItem, vote: Vote, *, eligible: frozenset[str]
) -> ReviewRound:
    """The round after a vote. Eligibility is judged when the vote is cast.

    ``eligible``: who may review this item now, whatever seats there are. Refuses OwnWords,
    NotAReviewer, HashMismatch, AlreadyVoted, ReasonRequired, WrongState.
    """
    stage = review.open_stage()
    if vote.link_id is None:
        _refuse_person(review, item, vote, eligible=eligible)
    elif vote.link_id not in stage.guest_ids:
        raise Refusal(RefusalCode.LINK_CLOSED, "This stage does not ask for that vote any more.")
    _refuse_vote(review, vote)
    voted = msgspec.structs.replace(vote, stage=stage.order)
    return judged(msgspec.structs.replace(review, votes=(*review.votes, voted)), voted.cast_at)


def judged(review: ReviewRound, at: datetime) -> ReviewRound:
    """The round as its votes have it: ended by a no, a stage further, or still waiting."""
    stage = review.open_stage()
    verdicts = {vote.verdict for vote in review.counted(stage)}
    if Verdict.REJECT in verdicts:
        return ended(review, RoundState.REJECTED, at)
    if Verdict.CHANGES in verdicts:
        return ended(review, RoundState.CHANGES, at)
    return _advanced(review, stage, at) if is_satisfied(review, stage) else waiting(review)


def _refuse_person(
    review: ReviewRound, item: ContentItem, vote: Vote, *, eligible: frozenset[str]
) -> None:
    if item.is_written_by(vote.reviewer_id) or item.is_written_by(vote.seat):
        raise Refusal(RefusalCode.OWN_WORDS, "Nobody approves their own words.")
    if not {vote.reviewer_id, vote.seat} <= eligible:
        raise Refusal(RefusalCode.NOT_A_REVIEWER, "This person may not review this item now.")
    if vote.seat not in review.open_stage().voters():
        raise Refusal(
            RefusalCode.NOT_A_REVIEWER,
            "This person has no seat in the stage that is open.",
            data={"stage": review.open_stage().order},
        )


def _refuse_vote(review: ReviewRound, vote: Vote) -> None:
    if vote.version_hash != review.version_hash:
        raise Refusal(
            RefusalCode.HASH_MISMATCH,
            "The vote is about another version than the one under review.",
            field=("versionHash",),
            data={"under_review": review.version_hash},
        )
    if {vote.reviewer_id, vote.seat} & review.spoken():
        raise Refusal(RefusalCode.ALREADY_VOTED, "One person has one vote in a round.")
    if vote.verdict is not Verdict.APPROVE and not vote.reason.strip():
        raise Refusal(RefusalCode.REASON_REQUIRED, "Say what is wrong.", field=("reason",))


def is_satisfied(review: ReviewRound, stage: Stage) -> bool:
    """Whether the counted approvals close the stage: its mode, every required seat, every guest.

    An empty set of seats never does. A guest's approval fills the guest's own seat only.
    """
    approving = [v for v in review.counted(stage) if v.verdict is Verdict.APPROVE]
    ours = [v for v in approving if v.link_id is None]
    filled = {v.seat for v in ours}
    guests = {v.link_id for v in approving}
    required = all(filled & frozenset(seat.reviewer_ids) for seat in stage.required)
    return required and guests >= set(stage.guest_ids) and _is_enough(stage, ours)


def _is_enough(stage: Stage, ours: list[Vote]) -> bool:
    humans, filled = {v.reviewer_id for v in ours}, {v.seat for v in ours}
    match stage.mode:
        case StageMode.ANY:
            return len(humans) >= 1 and bool(stage.voters())
        case StageMode.QUORUM:
            return stage.quorum >= 1 and len(humans) >= stage.quorum
        case StageMode.ALL:
            seats = frozenset(stage.reviewer_ids)
            spare = len(filled & (frozenset(stage.added_ids) - seats))
            return bool(seats) and seats <= filled and spare >= stage.vacant


def _advanced(review: ReviewRound, done: Stage, at: datetime) -> ReviewRound:
    stages = list(review.stages)
    index = stages.index(done)
    stages[index] = msgspec.structs.replace(done, state=StageState.CLOSED, closed_at=at)
    if index + 1 == len(stages):
        whole = msgspec.structs.replace(review, stages=tuple(stages))
        return ended(whole, RoundState.SATISFIED, at)
    stages[index + 1] = started(stages[index + 1], at)
    return waiting(msgspec.structs.replace(review, stages=tuple(stages)))
