"""The delivery and its attempts."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Entity
from contracts.canonical import content_hash
from contracts.workflow.content import Media
from contracts.workflow.deliveries import DeliveryState, IdempotencyClass, Outcome, Purpose


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

    @property
    def is_moving(self) -> bool:
        """Bytes may be on their way, or may have arrived: a revoke comes too late."""
        return self.state in (
            DeliveryState.SENDING,
            DeliveryState.UNKNOWN,
            DeliveryState.NEEDS_PERSON,
        )


def delivery_key(
    org_id: str, content_id: str, channel_id: str, *, variant_hash: str, slot: int
) -> str:
    """The idempotency key of a delivery (DOMAIN 6)."""
    return content_hash([org_id, content_id, channel_id, variant_hash, slot])
