"""What can happen to a content item. Each event carries everything its transition needs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.workflow.content import (
    AfterReview,
    ContentState,
    DebtState,
    Finding,
    Schedule,
    StagePlan,
    TopicRisk,
    Variant,
)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens to an item at a time, done by a person or by the clock (None)."""

    at: datetime
    actor_id: str | None = None


class Edit(Event, frozen=True, kw_only=True):
    """The words change."""

    variants: tuple[Variant, ...]
    machine_written: bool = False


class Submit(Event, frozen=True, kw_only=True):
    """A version is frozen."""

    version_hash: str


class Checked(Event, frozen=True, kw_only=True):
    """The clauses ran."""

    findings: tuple[Finding, ...]


class Routed(Event, frozen=True, kw_only=True):
    """A round opens with these stages; without any, ``after`` says what review follows publishing."""

    round_id: str | None
    stages: tuple[StagePlan, ...]
    explanation: str
    after: AfterReview = AfterReview.NONE


class ReRouted(Routed, frozen=True, kw_only=True):
    """A round opens again: after the approval expired, on appeal, or because its route goes deeper."""

    reason: str = ""


class ReviewEnded(Event, frozen=True, kw_only=True):
    """The round came to an end: approved, changes_requested or rejected."""

    state: ContentState
    reason: str
    waited_seconds: int


class Withdraw(Event, frozen=True, kw_only=True):
    """The author takes the item out of review."""


class SetTime(Event, frozen=True, kw_only=True):
    """An approved item gets its instant."""

    due_at: datetime
    schedule: Schedule
    max_lateness_seconds: int


class Unschedule(Event, frozen=True, kw_only=True):
    """The time is taken away; the approval stays."""


class Revoke(Event, frozen=True, kw_only=True):
    """The approval is taken back."""

    reason: str


class Due(Event, frozen=True, kw_only=True):
    """The time has come. ``is_sampled``: what the draw says of a trusted item."""

    is_sampled: bool = True


class Retried(Event, frozen=True, kw_only=True):
    """A person has failed deliveries tried again."""


class Delivered(Event, frozen=True, kw_only=True):
    """The deliveries say where the item stands; ``state`` is derived from them."""

    state: ContentState


class Abandon(Event, frozen=True, kw_only=True):
    """Given up, kept as a record."""

    reason: str


class Held(Event, frozen=True, kw_only=True):
    """Stopped where it is."""

    reason: str


class Resumed(Event, frozen=True, kw_only=True):
    """Back to where it was held from, unless the checks that ran again block it."""

    findings: tuple[Finding, ...]
    keeps_time: bool = True


class ApprovalExpired(Event, frozen=True, kw_only=True):
    """The approval is not worth what it was: time passed, facts were flagged, a policy changed.

    ``findings`` are those of the checks today, None if they did not run.
    """

    reason: str
    findings: tuple[Finding, ...] | None = None


class Described(Event, frozen=True, kw_only=True):
    """What is said about the words changes, not the words."""

    topic: str
    topic_risk: TopicRisk
    tags: tuple[str, ...]
    notes: str
    language: str
    valid_until: datetime | None


class GlassTouched(Event, frozen=True, kw_only=True):
    """The first of two people of the crisis cell asks for an approval past review."""

    version_hash: str
    reason: str


class GlassBroken(Event, frozen=True, kw_only=True):
    """The crisis cell approves past review; the debt is due at ``debt_due_at``."""

    person_ids: tuple[str, ...]
    reason: str
    debt_due_at: datetime


class DebtSettled(Event, frozen=True, kw_only=True):
    """A reviewer looked at what is out."""

    state: DebtState
    severity: int | None
    reason: str
