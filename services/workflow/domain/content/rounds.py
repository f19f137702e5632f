"""Review rounds: ordered stages, seats and votes over exactly one version (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from chassis.ports import Entity
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import RequiredSeat, StageMode, StagePlan, Verdict


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
    """One pass of review by the people who held a seat when it opened.

    ``required`` seats need an approval each by a person who holds them. ``added_ids`` came when the
    stage was late: they may vote, nobody waits for them. ``vacant`` counts seats whose person left
    and for whom nobody was found: an ``all`` stage cannot close over one. ``guest_ids`` are links
    to people outside whose approval the stage waits for besides. ``reminded`` is the percentage of
    its time (50, 100) at which it was reminded last; ``lasts_seconds`` is that time.
    """

    order: int
    mode: StageMode
    quorum: int
    reviewer_ids: tuple[str, ...]
    state: StageState = StageState.WAITING
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    name: str = ""
    required: tuple[RequiredSeat, ...] = ()
    escalation_ids: tuple[str, ...] = ()
    added_ids: tuple[str, ...] = ()
    vacant: int = 0
    guest_ids: tuple[str, ...] = ()
    reminded: int = 0
    lasts_seconds: int | None = None

    def voters(self) -> frozenset[str]:
        """Everybody of ours who may vote in it."""
        required = (person for seat in self.required for person in seat.reviewer_ids)
        return frozenset((*self.reviewer_ids, *self.added_ids, *required))


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """One human's verdict; ``counts`` falls when the voter becomes a co-author.

    ``on_behalf_of``: whose seat the voter fills as their delegate. ``link_id``: it came through a
    guest's link; then ``reviewer_id`` is the link's id and ``name`` who the guest is.
    """

    reviewer_id: str
    stage: int
    verdict: Verdict
    version_hash: str
    reason: str
    cast_at: datetime
    counts: bool = True
    on_behalf_of: str | None = None
    link_id: str | None = None
    name: str = ""

    @property
    def seat(self) -> str:
        """The person whose seat it fills."""
        return self.on_behalf_of or self.reviewer_id


class ReviewRound(Entity, frozen=True, kw_only=True):
    """One pass of review over one version. ``appeal_of``: the round whose rejection it answers."""

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
    appeal_of: str | None = None

    def open_stage(self) -> Stage:
        """The stage that waits for votes."""
        for stage in self.stages:
            if stage.state is StageState.OPEN:
                return stage
        raise Refusal(RefusalCode.WRONG_STATE, "The review round is not open.")

    def counted(self, stage: Stage) -> list[Vote]:
        """The votes that count in a stage."""
        return [v for v in self.votes if v.counts and v.stage == stage.order]

    def spoken(self) -> frozenset[str]:
        """Everybody whose one vote of this round is used: as a human, or as the holder of a seat."""
        counted = [v for v in self.votes if v.counts]
        return frozenset(name for v in counted for name in (v.reviewer_id, v.seat))


def opened(plans: tuple[StagePlan, ...], at: datetime) -> tuple[Stage, ...]:
    """The stages of a new round, the first one open.

    Plans are due one after the other; a stage's own time runs from its opening.
    """
    stages, before = [], at
    for plan in plans:
        stages.append(planned(plan, before))
        before = plan.due_at or before
    return (started(stages[0], at), *stages[1:]) if stages else ()


def planned(plan: StagePlan, since: datetime) -> Stage:
    """A stage that waits for its turn; its time is what the plan leaves it ``since`` then."""
    lasts = int((plan.due_at - since).total_seconds()) if plan.due_at else None
    return Stage(
        order=plan.order,
        mode=plan.mode,
        quorum=plan.quorum,
        reviewer_ids=plan.reviewer_ids,
        name=plan.name,
        required=plan.required,
        escalation_ids=plan.escalation_ids,
        lasts_seconds=lasts,
    )


def started(stage: Stage, at: datetime) -> Stage:
    """The stage as it begins to wait."""
    lasts = stage.lasts_seconds
    due_at = at + timedelta(seconds=lasts) if lasts is not None else None
    return msgspec.structs.replace(stage, state=StageState.OPEN, opened_at=at, due_at=due_at)


def waiting(review: ReviewRound) -> ReviewRound:
    """The round with ``waiting_ids`` as its open stage and votes say."""
    stage = next((s for s in review.stages if s.state is StageState.OPEN), None)
    ids = sorted(stage.voters() - review.spoken()) if stage else []
    return msgspec.structs.replace(review, waiting_ids=tuple(ids))


def with_stage(review: ReviewRound, stage: Stage) -> ReviewRound:
    """The round with this stage in its place."""
    stages = tuple(stage if s.order == stage.order else s for s in review.stages)
    return waiting(msgspec.structs.replace(review, stages=stages))


def ended(review: ReviewRound, state: RoundState, at: datetime) -> ReviewRound:
    """The round after its end; the stage that was open closes with it."""
    stages = tuple(
        msgspec.structs.replace(s, state=StageState.CLOSED, closed_at=at)
        if s.state is StageState.OPEN
        else s
        for s in review.stages
    )
    return waiting(msgspec.structs.replace(review, state=state, stages=stages, closed_at=at))


def superseded(
    review: ReviewRound, at: datetime, *, writers: frozenset[str] = frozenset()
) -> ReviewRound:
    """The words changed or the item was withdrawn: the round is history, whatever its state.

    Votes stay, but those of ``writers`` fall.
    """
    votes = tuple(
        msgspec.structs.replace(v, counts=v.counts and not {v.reviewer_id, v.seat} & writers)
        for v in review.votes
    )
    return ended(msgspec.structs.replace(review, votes=votes), RoundState.SUPERSEDED, at)
