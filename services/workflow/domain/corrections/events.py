"""What can happen to a correction."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.workflow.corrections import (
    CorrectionKind,
    ErrorClass,
    TargetOutcome,
    TaskState,
)
from services.workflow.domain.corrections.correction import CorrectionTarget, Propagation


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """When, and who; None: a delivery or a timer moved it."""

    at: datetime
    actor_id: str | None = None


class Assessed(Event, frozen=True, kw_only=True):
    """What it is, and how grave."""

    error_class: ErrorClass
    severity: int
    reach_estimate: int | None
    is_self_reported: bool


class Dismissed(Event, frozen=True, kw_only=True):
    """Nothing is to be done."""

    reason: str


class Drafted(Event, frozen=True, kw_only=True):
    """How it shall be put right; ``targets`` with their action and words."""

    kind: CorrectionKind
    what_was_wrong: str
    what_is_right: str
    targets: tuple[CorrectionTarget, ...]


class Returned(Event, frozen=True, kw_only=True):
    """The reviewer wants another draft."""

    reason: str


class Approved(Event, frozen=True, kw_only=True):
    """The short route; ``is_writer``: the approver wrote the item that was wrong."""

    draft_hash: str
    is_writer: bool


class Began(Event, frozen=True, kw_only=True):
    """The changes are planned, their records captured, the tasks set."""

    targets: tuple[CorrectionTarget, ...]
    propagated_to: tuple[Propagation, ...]
    number: int


class ChangeMoved(Event, frozen=True, kw_only=True):
    """The delivery of a change moved."""

    change_id: str
    outcome: TargetOutcome
    detail: str = ""


class Accepted(Event, frozen=True, kw_only=True):
    """What could not be applied stays so."""

    reason: str


class TaskSettled(Event, frozen=True, kw_only=True):
    """A unit did its task, or declined it."""

    task_id: str
    state: TaskState


class Closed(Event, frozen=True, kw_only=True):
    """What was learned."""

    lesson: str
