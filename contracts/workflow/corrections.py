"""Corrections: the admission and repair of a mistake in something live (DOMAIN 7).

A correction is its own document, never a state of the item. No live text changes without one.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from contracts.commands import Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic
from contracts.workflow.content import Variant


class CorrectionState(StrEnum):
    """DOMAIN 7. From ``applying`` on the state is derived from the deliveries and tasks.

    ``dismissed``: a report that was no mistake, or needs nothing.
    """

    REPORTED = "reported"
    ASSESSED = "assessed"
    DRAFTED = "drafted"
    APPROVED = "approved"
    APPLYING = "applying"
    APPLIED = "applied"
    PARTLY_APPLIED = "partly_applied"
    PROPAGATED = "propagated"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class CorrectionKind(StrEnum):
    """What is done about it.

    ``edit``: the words are replaced where they stand; only on platforms that allow it.
    ``correction``: replaced where that is possible, elsewhere a new post that answers the wrong one.
    ``retraction``: a new post takes it back, the wrong one stays to be seen. ``takedown``: it is
    deleted, after its record was captured.
    """

    EDIT = "edit"
    CORRECTION = "correction"
    RETRACTION = "retraction"
    TAKEDOWN = "takedown"


class ErrorClass(StrEnum):
    """What kind of mistake it was."""

    FACTUAL = "factual"
    OUTDATED = "outdated"
    SPELLING = "spelling"
    BROKEN_LINK = "broken_link"
    WRONG_MEDIA = "wrong_media"
    ACCESSIBILITY = "accessibility"
    PRIVACY = "privacy"
    LEGAL = "legal"
    TONE = "tone"
    WRONG_CHANNEL = "wrong_channel"
    UNAUTHORIZED = "unauthorized"


class FoundBy(StrEnum):
    """Who noticed first: its author, somebody else of the organization, or the public."""

    AUTHOR = "author"
    COLLEAGUE = "colleague"
    PUBLIC = "public"


class TargetAction(StrEnum):
    """How one live post is put right."""

    EDIT = "edit"
    POST = "post"
    DELETE = "delete"


class TargetOutcome(StrEnum):
    """How far one live post is put right; derived from its delivery."""

    WAITING = "waiting"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class TaskState(StrEnum):
    """What a unit that passed the wrong words on did about it."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


class PublicPlace(msgspec.Struct, frozen=True, kw_only=True):
    """One live post as the public ledger shows it."""

    channel: str
    url: str
    action: TargetAction
    is_done: bool


class PublicCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """What the public ledger says of a correction; nothing else of it leaves the organization."""

    number: int
    kind: CorrectionKind
    error_class: ErrorClass
    state: CorrectionState
    found_by: FoundBy
    live_at: datetime
    found_at: datetime
    approved_at: datetime
    what_was_wrong: str
    what_is_right: str
    places: tuple[PublicPlace, ...]


class TargetPart(msgspec.Struct, frozen=True, kw_only=True):
    """One live post of a correction, as facts tell it."""

    delivery_id: str
    channel_id: str
    action: TargetAction | None
    outcome: TargetOutcome
    change_id: str | None


@fact(Topic.CONTENT)
class CorrectionReported(Fact, frozen=True, kw_only=True):
    """Somebody says that something live is wrong. Aggregate: the correction (and below)."""

    correction_id: str
    content_id: str
    unit_id: str
    delivery_ids: tuple[str, ...]
    reported_by: str
    found_by: FoundBy
    found_at: datetime
    live_at: datetime
    what_was_wrong: str


@fact(Topic.CONTENT)
class CorrectionAssessed(Fact, frozen=True, kw_only=True):
    """What it is and how grave: 1 (grave) to 3 (slight), 0: nobody's slip."""

    correction_id: str
    error_class: ErrorClass
    severity: int
    reach_estimate: int | None
    is_self_reported: bool
    assessed_by: str


@fact(Topic.CONTENT)
class CorrectionDrafted(Fact, frozen=True, kw_only=True):
    """How it shall be put right; ``draft_hash`` is what an approval is bound to."""

    correction_id: str
    kind: CorrectionKind
    draft_hash: str
    what_was_wrong: str
    what_is_right: str
    words: tuple[Variant, ...]
    drafted_by: str


@fact(Topic.CONTENT)
class CorrectionStateChanged(Fact, frozen=True, kw_only=True):
    """The correction moved through DOMAIN 7; ``number`` is its place in the public ledger."""

    correction_id: str
    content_id: str
    unit_id: str
    state: CorrectionState
    previous: CorrectionState
    actor_id: str | None
    reason: str = ""
    number: int | None = None
    targets: tuple[TargetPart, ...] = ()


@fact(Topic.CONTENT)
class CorrectionTaskSet(Fact, frozen=True, kw_only=True):
    """A unit passed the wrong words on and is asked to put that right. Aggregate: the task."""

    task_id: str
    correction_id: str
    unit_id: str
    content_ids: tuple[str, ...]
    due_at: datetime


@fact(Topic.CONTENT)
class CorrectionTaskSettled(Fact, frozen=True, kw_only=True):
    """The unit did it, or says why not. Aggregate: the task."""

    task_id: str
    correction_id: str
    unit_id: str
    state: TaskState
    settled_by: str
    reason: str


@fact(Topic.CONTENT)
class CorrectionTaskOverdue(Fact, frozen=True, kw_only=True):
    """Its time came and the unit has said nothing. Aggregate: the task."""

    task_id: str
    correction_id: str
    unit_id: str
    due_at: datetime


@command("workflow", Permission.CONTENT_READ)
class ReportMistake(Command, frozen=True, kw_only=True):
    """Say that something live is wrong; without ``delivery_ids`` everywhere the item is live.

    ``by_public``: somebody outside noticed it. ``found_at`` is now if left out. Refuses NotLive,
    and AlreadyExists with the correction that already deals with one of these posts.
    """

    content_id: str
    what_was_wrong: str
    delivery_ids: tuple[str, ...] = ()
    by_public: bool = False
    found_at: datetime | None = None


@command("workflow", Permission.CORRECTION_MANAGE)
class AssessCorrection(Command, frozen=True, kw_only=True):
    """Say what kind of mistake it is and how grave: 1 (grave) to 3 (slight), 0: nobody's slip.

    Anything but 0 counts against the trust in its writers, by half if its author said so first.
    """

    correction_id: str
    error_class: ErrorClass
    severity: int
    reach_estimate: int | None = None


@command("workflow", Permission.CORRECTION_MANAGE)
class DismissCorrection(Command, frozen=True, kw_only=True):
    """It was no mistake, or nothing is to be done; says why. Not after its approval."""

    correction_id: str
    reason: str


@command("workflow", Permission.CONTENT_WRITE)
class DraftCorrection(Command, frozen=True, kw_only=True):
    """Say how it shall be put right; a new draft replaces the one before.

    ``words``: one variant for each channel it is live on, what shall stand there or what the new
    post says; none for a takedown. ``what_was_wrong`` and ``what_is_right`` are read by the public.
    Refuses BlockedByClause, and CannotEdit for an edit on a platform that allows none.
    """

    correction_id: str
    kind: CorrectionKind
    what_was_wrong: str
    what_is_right: str
    words: tuple[Variant, ...] = ()


@command("workflow", Permission.CONTENT_REVIEW)
class ApproveCorrection(Command, frozen=True, kw_only=True):
    """The short route: one reviewer who wrote neither the mistake nor its correction.

    ``draft_hash`` names the draft that was read. Applies it at once. Refuses OwnWords, HashMismatch,
    BlockedByClause, and LegalHold for a takedown.
    """

    correction_id: str
    draft_hash: str


@command("workflow", Permission.CONTENT_REVIEW)
class ReturnCorrection(Command, frozen=True, kw_only=True):
    """Send a draft back; says why."""

    correction_id: str
    reason: str


@command("workflow", Permission.CORRECTION_MANAGE)
class AcceptCorrection(Command, frozen=True, kw_only=True):
    """What could not be applied stays so; says why. Failed changes may be retried instead."""

    correction_id: str
    reason: str


@command("workflow", Permission.CORRECTION_MANAGE)
class CloseCorrection(Command, frozen=True, kw_only=True):
    """Nothing is left to do; says what was learned."""

    correction_id: str
    lesson: str


@command("workflow", Permission.CONTENT_WRITE)
class SettleCorrectionTask(Command, frozen=True, kw_only=True):
    """The unit put right what it passed on, or declines with a reason."""

    task_id: str
    is_done: bool
    reason: str = ""
