"""What can happen to a delivery."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.workflow.content import Media
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.deliveries import HeldBy, IdempotencyClass, Outcome


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
    captured: ProfileChange | None = None
    captured_media: tuple[Media, ...] = ()


class Recorded(Event, frozen=True, kw_only=True):
    """What the publisher learned. ``retry_after`` in seconds; ``channel`` is its name for people."""

    owner: str
    fence: int
    outcome: Outcome
    http_status: int | None = None
    external_id: str | None = None
    url: str | None = None
    detail: str = ""
    retry_after: float | None = None
    channel: str = "the channel"


class Held(Event, frozen=True, kw_only=True):
    """It must wait: late or on hold for a person, stopped until the stop is over.

    ``told_ids`` are the people who have to hear of it.
    """

    reason: str
    held_by: HeldBy
    told_ids: tuple[str, ...] = ()
    stop_id: str | None = None
    window_id: str | None = None


class Released(Event, frozen=True, kw_only=True):
    """The stop or window that held it is over; its time stays, so that late stays late."""


class TurnGiven(Event, frozen=True, kw_only=True):
    """It is part of a backlog: it goes out at its turn, not before."""

    slot_at: datetime


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
