"""What can happen to a content item. Each event carries everything its transition needs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.workflow.content import ContentState, Finding, Schedule, StagePlan, Variant


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens to an item at a time, done by a person or by the clock (None)."""

    at: datetime
    actor_id: str | None = None


class Edit(Event, frozen=True, kw_only=True):
    """The words change."""

    variants: tuple[Variant, ...]


class Submit(Event, frozen=True, kw_only=True):
    """A version is frozen."""

    version_hash: str


class Checked(Event, frozen=True, kw_only=True):
    """The clauses ran."""

    findings: tuple[Finding, ...]


class Routed(Event, frozen=True, kw_only=True):
    """A round opens with these stages; at least one."""

    round_id: str
    stages: tuple[StagePlan, ...]
    explanation: str


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
    """The time has come."""


class Retried(Event, frozen=True, kw_only=True):
    """A person has failed deliveries tried again."""


class Delivered(Event, frozen=True, kw_only=True):
    """The deliveries say where the item stands; ``state`` is derived from them."""

    state: ContentState


class Abandon(Event, frozen=True, kw_only=True):
    """Given up, kept as a record."""

    reason: str
