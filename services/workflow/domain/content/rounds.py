"""Review rounds: ordered stages, seats and votes over exactly one version (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from chassis.ports import Entity
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import StageMode, StagePlan, Verdict
from services.workflow.domain.content.item import ContentItem


class RoundState(StrEnum):
    """A round is open until it is satisfied or ended."""

    OPEN = "open"
    SATISFIED = "satisfied"
    CHANGES = "changes"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class StageState(StrEnum):
    """Stages are worked in order."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One pass of review by the people who held a seat when it opened."""

    order: int
    mode: StageMode
    quorum: int
    reviewer_ids: tuple[str, ...]
    state: StageState = StageState.WAITING
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """One human's verdict; ``counts`` falls when the voter becomes a co-author."""

    reviewer_id: str
    stage: int
    verdict: Verdict
    version_hash: str
    reason: str
    cast_at: datetime
    counts: bool = True


class ReviewRound(Entity, frozen=True, kw_only=True):
    """One pass of review over one version."""

    content_id: str
    version_hash: str
    explanation: str
    stages: tuple[Stage, ...]
    opened_at: datetime
    votes: tuple[Vote, ...] = ()
    state: RoundState = RoundState.OPEN
    closed_at: datetime | None = None
    waiting_ids: tuple[str, ...] = ()
    """Whose votes the open stage waits for."""

    def open_stage(self) -> Stage:
        """The stage that waits for votes."""
        for stage in self.stages:
            if stage.state is StageState.OPEN:
                return stage
        raise Refusal(RefusalCode.WRONG_STATE, "The review round is not open.")


def opened(plans: tuple[StagePlan, ...], at: datetime) -> tuple[Stage, ...]:
    """The stages of a new round, the first one open."""
    return tuple(
        Stage(
            order=plan.order,
            mode=plan.mode,
            quorum=plan.quorum,
            reviewer_ids=plan.reviewer_ids,
            due_at=plan.due_at,
            state=StageState.OPEN if i == 0 else StageState.WAITING,
            opened_at=at if i == 0 else None,
        )
        for i, plan in enumerate(plans)
    )


def cast(
    review: ReviewRound, item: ContentItem, vote: Vote, *, eligible: frozenset[str]
) -> ReviewRound:
    """The round after a vote. Eligibility is judged when the vote is cast.

    Refuses OwnWords, NotAReviewer, HashMismatch, AlreadyVoted, ReasonRequired, WrongState.
    """
    stage = review.open_stage()
    _refuse_vote(review, item, vote, eligible=eligible)
    after = msgspec.structs.replace(
        review, votes=(*review.votes, msgspec.structs.replace(vote, stage=stage.order))
    )
    if vote.verdict is Verdict.CHANGES:
        return _ended(after, RoundState.CHANGES, vote.cast_at)
    if vote.verdict is Verdict.REJECT:
        return _ended(after, RoundState.REJECTED, vote.cast_at)
    return _advanced(after, stage, vote.cast_at) if is_satisfied(after, stage) else after


def _refuse_vote(
    review: ReviewRound, item: ContentItem, vote: Vote, *, eligible: frozenset[str]
) -> None:
    if item.is_written_by(vote.reviewer_id):
        raise Refusal(RefusalCode.OWN_WORDS, "Nobody approves their own words.")
    if vote.reviewer_id not in eligible:
        raise Refusal(RefusalCode.NOT_A_REVIEWER, "This person may not review this item now.")
    if vote.version_hash != review.version_hash:
        raise Refusal(
            RefusalCode.HASH_MISMATCH,
            "The vote is about another version than the one under review.",
            field=("versionHash",),
            data={"under_review": review.version_hash},
        )
    if any(v.reviewer_id == vote.reviewer_id and v.counts for v in review.votes):
        raise Refusal(RefusalCode.ALREADY_VOTED, "One person has one vote in a round.")
    if vote.verdict is not Verdict.APPROVE and not vote.reason.strip():
        raise Refusal(RefusalCode.REASON_REQUIRED, "Say what is wrong.", field=("reason",))


def is_satisfied(review: ReviewRound, stage: Stage) -> bool:
    """Whether the counted approvals close the stage; an empty set of seats never does."""
    seats = frozenset(stage.reviewer_ids)
    approving = {
        v.reviewer_id
        for v in review.votes
        if v.counts and v.stage == stage.order and v.verdict is Verdict.APPROVE
    }
    match stage.mode:
        case StageMode.ANY:
            return bool(seats) and len(approving) >= 1
        case StageMode.QUORUM:
            return bool(seats) and stage.quorum >= 1 and len(approving) >= stage.quorum
        case StageMode.ALL:
            return bool(seats) and seats <= approving


def _advanced(review: ReviewRound, done: Stage, at: datetime) -> ReviewRound:
    stages = list(review.stages)
    index = stages.index(done)
    stages[index] = msgspec.structs.replace(done, state=StageState.CLOSED, closed_at=at)
    if index + 1 == len(stages):
        return _ended(
            msgspec.structs.replace(review, stages=tuple(stages)), RoundState.SATISFIED, at
        )
    stages[index + 1] = msgspec.structs.replace(
        stages[index + 1], state=StageState.OPEN, opened_at=at
    )
    return msgspec.structs.replace(review, stages=tuple(stages))


def _ended(review: ReviewRound, state: RoundState, at: datetime) -> ReviewRound:
    stages = tuple(
        msgspec.structs.replace(s, state=StageState.CLOSED, closed_at=at)
        if s.state is StageState.OPEN
        else s
        for s in review.stages
    )
    return msgspec.structs.replace(review, state=state, stages=stages, closed_at=at)


def superseded(review: ReviewRound, at: datetime) -> ReviewRound:
    """The words changed or the item was withdrawn: the round is history, whatever its state."""
    return _ended(review, RoundState.SUPERSEDED, at)
