"""The correction, its targets, its tasks, and legal holds."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.canonical import content_hash
from contracts.workflow.content import Media, Variant
from contracts.workflow.corrections import (
    CorrectionKind,
    CorrectionState,
    ErrorClass,
    FoundBy,
    PublicCorrection,
    TargetAction,
    TargetOutcome,
    TaskState,
)

S = CorrectionState
OVER: Final = frozenset({S.CLOSED, S.DISMISSED})
BEFORE_APPROVAL: Final = frozenset({S.REPORTED, S.ASSESSED, S.DRAFTED})
UNDER_WAY: Final = frozenset({S.APPLYING, S.APPLIED, S.PARTLY_APPLIED})
"""Derived from the deliveries and tasks."""


class CorrectionTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One live post: the delivery that made it, and how it is put right.

    ``words`` and ``media`` are what shall stand there, or what the new post says. ``was`` and
    ``was_media`` are the record, captured in the transaction that plans the change. ``change_id`` is
    the delivery that changes it, ``post_id`` the item of a new post that answers it.
    """

    delivery_id: str
    channel_id: str
    channel_name: str
    external_id: str
    url: str
    live_at: datetime
    action: TargetAction | None = None
    words: str = ""
    media: tuple[Media, ...] = ()
    was: str | None = None
    was_media: tuple[Media, ...] = ()
    captured_at: datetime | None = None
    change_id: str | None = None
    post_id: str | None = None
    outcome: TargetOutcome = TargetOutcome.WAITING
    detail: str = ""

    @property
    def variant(self) -> Variant:
        """The words for its channel."""
        return Variant(channel_id=self.channel_id, text=self.words, media=self.media)


class Propagation(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that passed the wrong words on, and what came of its task."""

    unit_id: str
    task_id: str
    state: TaskState = TaskState.OPEN


class Correction(Entity, frozen=True, kw_only=True):
    """The admission and repair of a mistake in something live; its targets are of one item.

    ``severity``: 1 (grave) to 3 (slight), 0: nobody's slip. ``number`` is its place in the public
    ledger, given when it is approved; ``public`` is what stands there. ``accepted`` says why what
    could not be applied stays so.
    """

    content_id: str
    unit_id: str
    state: CorrectionState
    targets: tuple[CorrectionTarget, ...]
    reported_by: str
    reported_at: datetime
    found_by: FoundBy
    found_at: datetime
    live_at: datetime
    what_was_wrong: str
    what_is_right: str = ""
    kind: CorrectionKind | None = None
    error_class: ErrorClass | None = None
    severity: int | None = None
    reach_estimate: int | None = None
    is_self_reported: bool = False
    assessed_by: str | None = None
    drafted_by: str | None = None
    draft_hash: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    applied_at: datetime | None = None
    closed_at: datetime | None = None
    propagated_to: tuple[Propagation, ...] = ()
    reason: str = ""
    accepted: str = ""
    lesson: str = ""
    number: int | None = None
    is_public: bool = False
    public: PublicCorrection | None = None

    def target(self, delivery_id: str) -> CorrectionTarget | None:
        """The target that this delivery made, changes, or answers."""
        for each in self.targets:
            if delivery_id in (each.delivery_id, each.change_id):
                return each
        return None

    @property
    def is_settled(self) -> bool:
        """No change is on its way, and what could not be applied was accepted."""
        outcomes = {t.outcome for t in self.targets}
        if outcomes & {TargetOutcome.WAITING, TargetOutcome.PENDING}:
            return False
        return TargetOutcome.FAILED not in outcomes or bool(self.accepted)

    @property
    def is_passed_on(self) -> bool:
        """Whether every unit that passed the wrong words on has settled its task."""
        return all(p.state is not TaskState.OPEN for p in self.propagated_to)


class CorrectionTask(Entity, frozen=True, kw_only=True):
    """What one unit is asked to do about the wrong words that it passed on; ``why``: how we know."""

    correction_id: str
    unit_id: str
    content_ids: tuple[str, ...]
    why: str
    state: TaskState
    due_at: datetime
    created_at: datetime
    settled_by: str | None = None
    settled_at: datetime | None = None
    reason: str = ""


class LegalHold(Entity, frozen=True, kw_only=True):
    """A matter for which what an item said has to stay; several may be open at a time."""

    content_id: str
    unit_id: str
    matter: str
    reason: str
    set_by: str
    set_at: datetime
    is_lifted: bool = False
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lift_reason: str = ""


def draft_hash_of(
    kind: CorrectionKind, targets: tuple[CorrectionTarget, ...], *, wrong: str, right: str
) -> str:
    """What an approval of a correction is bound to: every word that anybody will read of it."""
    parts = [[t.delivery_id, t.action, t.words, t.media] for t in targets]
    return content_hash([kind, wrong, right, parts])
