"""Deliveries and attempts (DOMAIN 6). Workflow owns them; ingest's publisher leases them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from contracts.commands import Answer, Command, Done, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic
from contracts.workflow.channels import Platform
from contracts.workflow.content import Media
from contracts.workflow.content_parts import ProfileChange


class DeliveryState(StrEnum):
    """DOMAIN 6."""

    PENDING = "pending"
    LEASED = "leased"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    RETRY_WAIT = "retry_wait"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs_person"
    HELD = "held"
    CANCELLED = "cancelled"


class DeliveryAction(StrEnum):
    """What a delivery does on its channel: say something new, or change what stands there.

    ``profile`` changes what the profile shows, ``profile_revert`` brings back what it showed.
    """

    PUBLISH = "publish"
    EDIT = "edit"
    DELETE = "delete"
    PROFILE = "profile"
    PROFILE_REVERT = "profile_revert"


class HeldBy(StrEnum):
    """Why a delivery waits: too late, a person's hold, a stop of all publishing, a closed calendar."""

    LATENESS = "lateness"
    HOLD = "hold"
    STOP = "stop"
    WINDOW = "window"


class IdempotencyClass(StrEnum):
    """A: the platform takes our key. B: we choose the record id. C: neither."""

    A = "A"
    B = "B"
    C = "C"


class Outcome(StrEnum):
    """How an attempt, or a read-back, ended."""

    CONFIRMED = "confirmed"
    NOT_APPLIED = "not_applied"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Purpose(StrEnum):
    """Why a delivery is leased: to send it, or to look whether it is already there."""

    SEND = "send"
    READ_BACK = "read_back"


@fact(Topic.DELIVERIES)
class DeliveryPlanned(Fact, frozen=True, kw_only=True):
    """One variant shall go to one channel. Aggregate: the delivery (for all facts here)."""

    delivery_id: str
    content_id: str
    conversation_id: str | None
    channel_id: str
    unit_id: str
    key: str
    variant_hash: str
    due_at: datetime
    action: DeliveryAction = DeliveryAction.PUBLISH
    target_external_id: str | None = None
    source_id: str = ""


@fact(Topic.DELIVERIES)
class DeliveryDue(Fact, frozen=True, kw_only=True):
    """Wake-up for the publisher: lease it and do what the lease says. Carries no text."""

    delivery_id: str
    channel_id: str
    purpose: Purpose
    due_at: datetime


@fact(Topic.DELIVERIES)
class AttemptBegan(Fact, frozen=True, kw_only=True):
    """Everything was checked again; from here on bytes may leave."""

    delivery_id: str
    channel_id: str
    attempt: int
    fence: int
    began_at: datetime


@fact(Topic.DELIVERIES)
class AttemptEnded(Fact, frozen=True, kw_only=True):
    """An attempt or a read-back ended, with what the platform said."""

    delivery_id: str
    channel_id: str
    attempt: int
    outcome: Outcome
    http_status: int | None
    detail: str
    ended_at: datetime


@fact(Topic.DELIVERIES)
class DeliveryStateChanged(Fact, frozen=True, kw_only=True):
    """The delivery moved through DOMAIN 6; ``late_seconds`` is set when it is confirmed."""

    delivery_id: str
    content_id: str
    conversation_id: str | None
    channel_id: str
    unit_id: str
    state: DeliveryState
    previous: DeliveryState
    reason: str = ""
    external_id: str | None = None
    url: str | None = None
    confirmed_at: datetime | None = None
    late_seconds: int | None = None
    action: DeliveryAction = DeliveryAction.PUBLISH


@fact(Topic.DELIVERIES)
class DeliveryHeld(Fact, frozen=True, kw_only=True):
    """It did not go out and waits; ``told_ids`` are the people who have to hear of it.

    ``late_seconds`` is how long after its time it was held.
    """

    delivery_id: str
    content_id: str
    channel_id: str
    unit_id: str
    held_by: HeldBy
    reason: str
    due_at: datetime
    late_seconds: int
    told_ids: tuple[str, ...] = ()
    stop_id: str | None = None
    window_id: str | None = None


@fact(Topic.DELIVERIES)
class PublishingStopped(Fact, frozen=True, kw_only=True):
    """Nothing more goes out, but for the exemptions. Aggregate: the stop (here and below)."""

    stop_id: str
    reason: str
    stopped_by: str
    ends_at: datetime | None
    exempt_content_ids: tuple[str, ...] = ()
    exempt_channel_ids: tuple[str, ...] = ()
    exempt_unit_ids: tuple[str, ...] = ()


@fact(Topic.DELIVERIES)
class PublishingResumed(Fact, frozen=True, kw_only=True):
    """A stop is over: a person ended it, or its time came (``resumed_by`` None)."""

    stop_id: str
    reason: str
    resumed_by: str | None


class Lease(Answer, frozen=True, kw_only=True):
    """What the publisher needs for one try. ``is_granted`` False: nothing to do, ``reason`` says why.

    ``frozen_at`` is the createdAt that every try of this delivery uses (class B); ``key`` is the
    idempotency key (class A). ``expires_in`` is in seconds on the publisher's own monotonic clock.
    """

    is_granted: bool
    reason: str = ""
    delivery_id: str = ""
    channel_id: str = ""
    platform: Platform | None = None
    purpose: Purpose = Purpose.SEND
    fence: int = 0
    key: str = ""
    text: str = ""
    media: tuple[Media, ...] = ()
    in_reply_to: str | None = None
    frozen_at: datetime | None = None
    first_sent_at: datetime | None = None
    expires_in: float = 0.0
    action: DeliveryAction = DeliveryAction.PUBLISH
    target_external_id: str | None = None
    profile: ProfileChange | None = None
    is_captured: bool = False


@command("workflow", None, Lease)
class LeaseDelivery(Command, frozen=True, kw_only=True):
    """The publisher asks for one delivery; ``idempotency_class`` is its connector's."""

    delivery_id: str
    lease_owner: str
    lease_seconds: float
    idempotency_class: IdempotencyClass
    key_life_seconds: int = 0


@command("workflow", None)
class BeginAttempt(Command, frozen=True, kw_only=True):
    """One transaction: check approval, hold, channel and clauses again, write ``sending``.

    Refused with Fenced, NotApproved, PublishingStopped, ChannelInactive, ChannelArchived or
    BlockedByClause: nothing is sent. ``captured`` is what a change of a profile is about to cover.
    """

    delivery_id: str
    lease_owner: str
    fence: int
    request_digest: str
    captured: ProfileChange | None = None
    captured_media: tuple[Media, ...] = ()


@command("workflow", None)
class RecordAttempt(Command, frozen=True, kw_only=True):
    """How it ended. ``retry_after`` in seconds if the platform said so."""

    delivery_id: str
    lease_owner: str
    fence: int
    outcome: Outcome
    http_status: int | None = None
    external_id: str | None = None
    url: str | None = None
    detail: str = ""
    retry_after: float | None = None


@command("workflow", Permission.DELIVERY_RETRY, Done)
class RetryDelivery(Command, frozen=True, kw_only=True):
    """A person decides that a failed delivery, or one that needs a person, is tried again."""

    delivery_id: str
    reason: str


@command("workflow", Permission.DELIVERY_RETRY, Done)
class SettleDelivery(Command, frozen=True, kw_only=True):
    """A person looked: the post is there (``external_id``), or it is given up (without)."""

    delivery_id: str
    reason: str
    external_id: str | None = None
    url: str | None = None


@command("workflow", Permission.DELIVERY_RETRY, Done)
class HoldDelivery(Command, frozen=True, kw_only=True):
    """A person holds a delivery that has not begun to move; RetryDelivery lets it go."""

    delivery_id: str
    reason: str


@command("workflow", Permission.DELIVERY_RETRY, Done)
class CancelDelivery(Command, frozen=True, kw_only=True):
    """A person takes one channel out of an item's delivery; the others go on."""

    delivery_id: str
    reason: str


@command("workflow", Permission.PUBLISHING_STOP, Done)
class StopAll(Command, frozen=True, kw_only=True):
    """Halt everything that is due, from the next transaction on, but for the exemptions.

    A unit exempts its subtree. Without ``ends_at`` it lasts until ResumeAll.
    """

    reason: str
    ends_at: datetime | None = None
    exempt_content_ids: tuple[str, ...] = ()
    exempt_channel_ids: tuple[str, ...] = ()
    exempt_unit_ids: tuple[str, ...] = ()


@command("workflow", Permission.PUBLISHING_STOP, Done)
class ResumeAll(Command, frozen=True, kw_only=True):
    """End a stop; what it held goes out at each channel's rate, if it is not too late."""

    stop_id: str
    reason: str


@command("workflow", Permission.CHANNEL_MANAGE, Done)
class SetChannelRate(Command, frozen=True, kw_only=True):
    """How many late posts a minute the channel may take when a backlog is released."""

    channel_id: str
    per_minute: int
