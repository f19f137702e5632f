"""Who sits in an open stage: people leave, others follow; late stages are reminded and widened.

Nothing here ever satisfies a stage: seats only empty, fill, or become more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from contracts.workflow.content import RequiredSeat, StageMode, Verdict
from services.workflow.domain.content.rounds import ReviewRound, Stage, with_stage

HALF, WHOLE = 50, 100
NUDGES: Final = (HALF, WHOLE)
"""Percentages of a stage's time at which it is reminded."""


def without(stage: Stage, gone: frozenset[str]) -> Stage:
    """The stage after these people left it. Their seats stay, and stand empty."""
    left = frozenset(stage.reviewer_ids) & gone
    return msgspec.structs.replace(
        stage,
        reviewer_ids=tuple(p for p in stage.reviewer_ids if p not in gone),
        added_ids=tuple(p for p in stage.added_ids if p not in gone),
        escalation_ids=tuple(p for p in stage.escalation_ids if p not in gone),
        required=tuple(_left(seat, gone) for seat in stage.required),
        vacant=stage.vacant + len(left),
    )


def _left(seat: RequiredSeat, gone: frozenset[str]) -> RequiredSeat:
    kept = tuple(p for p in seat.reviewer_ids if p not in gone)
    return msgspec.structs.replace(seat, reviewer_ids=kept)


def refilled(stage: Stage, like: Stage | None, spare: Sequence[str]) -> Stage:
    """Fill what stands empty: from the same stage of the route as it is ``like`` today, else ``spare``.

    A required seat is filled by who holds that seat today, never by others.
    """
    today = like.reviewer_ids if like else ()
    fresh = [p for p in (*today, *spare) if p not in stage.voters()]
    new = tuple(dict.fromkeys(fresh))[: stage.vacant]
    return msgspec.structs.replace(
        stage,
        reviewer_ids=(*stage.reviewer_ids, *new),
        vacant=stage.vacant - len(new),
        required=tuple(_refilled(seat, like) for seat in stage.required),
    )


def _refilled(seat: RequiredSeat, like: Stage | None) -> RequiredSeat:
    if seat.reviewer_ids or like is None:
        return seat
    return next((other for other in like.required if other.name == seat.name), seat)


def is_short(stage: Stage) -> bool:
    """Whether something stands empty that the stage cannot close without."""
    if any(not seat.reviewer_ids for seat in stage.required) or not stage.voters():
        return True
    if stage.mode is StageMode.QUORUM:
        return len(stage.voters()) < stage.quorum
    return stage.vacant > 0


def nudged(review: ReviewRound, now: datetime) -> tuple[ReviewRound, int]:
    """The round after the reminder that is due, and its percentage; 0 if none is."""
    stage = review.open_stage()
    due = [percent for percent, moment in _ahead(stage) if moment <= now]
    if not due:
        return review, 0
    percent = due[-1]
    return with_stage(review, msgspec.structs.replace(stage, reminded=percent)), percent


def escalated(stage: Stage, joining: Iterable[str]) -> Stage:
    """The stage with people who may vote as well. Nobody waits for them, and none of them is a vote."""
    fresh = tuple(sorted(frozenset(joining) - stage.voters()))
    return msgspec.structs.replace(stage, added_ids=(*stage.added_ids, *fresh))


def guest_invited(stage: Stage, link_id: str) -> Stage:
    """The stage that waits for somebody outside besides."""
    return msgspec.structs.replace(stage, guest_ids=(*stage.guest_ids, link_id))


def guest_gone(stage: Stage, link_id: str) -> Stage:
    """The stage that waits for this guest no more."""
    kept = tuple(g for g in stage.guest_ids if g != link_id)
    return msgspec.structs.replace(stage, guest_ids=kept)


def next_nudge(review: ReviewRound) -> datetime | None:
    """When the open stage is to be reminded next."""
    return next((moment for _, moment in _ahead(review.open_stage())), None)


def _ahead(stage: Stage) -> list[tuple[int, datetime]]:
    """The reminders that were not given yet, with their moments."""
    if stage.opened_at is None or stage.due_at is None:
        return []
    time = stage.due_at - stage.opened_at
    return [(p, stage.opened_at + time * p / 100) for p in NUDGES if p > stage.reminded]


def askers_of(review: ReviewRound) -> tuple[str, ...]:
    """Who asked for changes in this round: they sit in the next one."""
    asked = [v for v in review.votes if v.verdict is Verdict.CHANGES and v.link_id is None]
    return tuple(dict.fromkeys(v.seat for v in asked))
