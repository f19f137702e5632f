"""The delivery and its attempts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.canonical import content_hash
from contracts.workflow.content import Media
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.deliveries import (
    DeliveryAction,
    DeliveryState,
    HeldBy,
    IdempotencyClass,
    Outcome,
    Purpose,
)

ENDED: Final = frozenset({DeliveryState.CONFIRMED, DeliveryState.FAILED, DeliveryState.CANCELLED})


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try: written before the first byte leaves, ended by what the platform said."""

    n: int
    fence: int
    purpose: Purpose
    lease_owner: str
    request_digest: str
    began_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    http_status: int | None = None
    detail: str = ""
    external_id: str | None = None


class Delivery(Entity, frozen=True, kw_only=True):
    """One variant of one version to one channel.

    ``key`` is the same for every try and names (org, item, channel, variant, slot); ``frozen_at``
    is the creation time that every try tells the platform. ``fence`` grows with every lease: what
    an older lease says is not heard. ``look_ups`` counts read-backs that found nothing certain.

    An edit or a deletion (``action``) changes the live post ``target_external_id``, which the
    delivery ``original_id`` made, on behalf of ``source_id`` (a correction). ``held_by`` says why
    it is held, ``stop_id`` by which stop, ``window_id`` by which window of the calendar. ``slot_at`` is its turn when a backlog is released.
    ``captured`` is what a change of a profile covered, written down before it did.
    """

    content_id: str
    channel_id: str
    unit_id: str
    key: str
    variant_hash: str
    version_hash: str
    text: str
    state: DeliveryState
    due_at: datetime
    frozen_at: datetime
    created_at: datetime
    updated_at: datetime
    conversation_id: str | None = None
    media: tuple[Media, ...] = ()
    in_reply_to: str | None = None
    max_lateness_seconds: int = 3600
    attempts: tuple[Attempt, ...] = ()
    fence: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = None
    idempotency_class: IdempotencyClass | None = None
    key_life_seconds: int = 0
    first_sent_at: datetime | None = None
    next_try_at: datetime | None = None
    look_ups: int = 0
    external_id: str | None = None
    url: str | None = None
    confirmed_at: datetime | None = None
    reason: str = ""
    action: DeliveryAction = DeliveryAction.PUBLISH
    target_external_id: str | None = None
    original_id: str | None = None
    source_id: str = ""
    held_by: HeldBy | None = None
    stop_id: str | None = None
    window_id: str | None = None
    slot_at: datetime | None = None
    profile: ProfileChange | None = None
    captured: ProfileChange | None = None
    captured_media: tuple[Media, ...] = ()

    @property
    def is_publication(self) -> bool:
        """It is what the item is for; all other deliveries change what one of these did."""
        return self.action in (DeliveryAction.PUBLISH, DeliveryAction.PROFILE)

    @property
    def is_repeatable(self) -> bool:
        """It says how something shall be, not that something is added: again is the same."""
        return self.action is not DeliveryAction.PUBLISH

    @property
    def latest(self) -> datetime:
        """After this it is too late to go out by itself."""
        return self.due_at + timedelta(seconds=self.max_lateness_seconds)

    @property
    def is_open(self) -> bool:
        """It has not come to an end yet."""
        return self.state not in ENDED

    @property
    def is_moving(self) -> bool:
        """Bytes may be on their way, or may have arrived: a revoke comes too late."""
        return self.state in (
            DeliveryState.SENDING,
            DeliveryState.UNKNOWN,
            DeliveryState.NEEDS_PERSON,
        )


def delivery_key(
    org_id: str, content_id: str, channel_id: str, *, variant_hash: str, slot: int | str
) -> str:
    """The idempotency key of a delivery (DOMAIN 6)."""
    return content_hash([org_id, content_id, channel_id, variant_hash, slot])
