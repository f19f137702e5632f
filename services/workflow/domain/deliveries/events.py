"""What can happen to a delivery."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.workflow.deliveries import IdempotencyClass, Outcome


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens to a delivery at a time."""

    at: datetime


class Leased(Event, frozen=True, kw_only=True):
    """A publisher takes it, to send it or to look whether it is there."""

    owner: str
    until: datetime
    idempotency_class: IdempotencyClass
    key_life_seconds: int


class Lapsed(Event, frozen=True, kw_only=True):
    """The lease ran out without a word."""


class Began(Event, frozen=True, kw_only=True):
    """Everything was checked again; bytes may leave from here on."""

    owner: str
    fence: int
    request_digest: str


class Recorded(Event, frozen=True, kw_only=True):
    """What the publisher learned. ``retry_after`` in seconds."""

    owner: str
    fence: int
    outcome: Outcome
    http_status: int | None = None
    external_id: str | None = None
    url: str | None = None
    detail: str = ""
    retry_after: float | None = None


class Held(Event, frozen=True, kw_only=True):
    """It must wait for a person: late, on hold, stopped."""

    reason: str


class Cancelled(Event, frozen=True, kw_only=True):
    """It will not go out."""

    reason: str


class Given(Event, frozen=True, kw_only=True):
    """The channel or the approval does not allow it any more."""

    reason: str


class TriedAgain(Event, frozen=True, kw_only=True):
    """A person decides that it is tried again, with a new time to be late from."""

    reason: str


class Settled(Event, frozen=True, kw_only=True):
    """A person looked, or the platform's own list shows it: it is there, or given up."""

    reason: str
    external_id: str | None = None
    url: str | None = None
