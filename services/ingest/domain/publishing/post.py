"""A post on its way to one channel, and how a try at it ended (DOMAIN 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec

from contracts.workflow.content import Media
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.deliveries import DeliveryAction, Lease, Outcome


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One variant for one channel; every try of a delivery sends exactly this.

    ``key`` is the idempotency key (class A); ``frozen_at`` the creation time all tries state
    (class B); ``first_sent_at`` opens the window in which a read-back looks. An edit or a deletion
    (``action``) is of the platform's own ``target_external_id``. ``files``: the bytes of media and
    captions by their hash; all of them where something is sent, none where it is only looked for.
    """

    delivery_id: str
    key: str
    text: str
    frozen_at: datetime
    media: tuple[Media, ...] = ()
    in_reply_to: str | None = None
    first_sent_at: datetime | None = None
    action: DeliveryAction = DeliveryAction.PUBLISH
    target_external_id: str = ""
    files: Mapping[str, bytes] = {}
    profile: ProfileChange | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of what is asked of the platform, kept with the attempt."""
        asked = [self.delivery_id, self.key, self.text, list(self.media), self.in_reply_to or ""]
        asked += [self.action.value, self.target_external_id]
        asked += [msgspec.json.encode(self.profile).decode()] if self.profile else []
        return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()


class SendResult(msgspec.Struct, frozen=True, kw_only=True):
    """What is known after a try or a read-back.

    NOT_APPLIED only where it is proven that the platform did nothing; whatever else is not a clear
    yes or no is UNKNOWN. ``retry_after`` in seconds if the platform said so. ``could_look`` False:
    a read-back that did not take place, which says nothing about the post.
    """

    outcome: Outcome
    external_id: str | None = None
    url: str | None = None
    http_status: int | None = None
    detail: str = ""
    retry_after: float | None = None
    renewed: Mapping[str, str] = {}
    could_look: bool = True


def post_of(lease: Lease, now: datetime) -> Post:
    """What a granted lease asks for."""
    return Post(
        delivery_id=lease.delivery_id,
        key=lease.key,
        text=lease.text,
        frozen_at=lease.frozen_at or now,
        media=lease.media,
        in_reply_to=lease.in_reply_to,
        first_sent_at=lease.first_sent_at,
        action=lease.action,
        target_external_id=lease.target_external_id or "",
        profile=lease.profile,
    )


def may_begin(elapsed: float, lease_seconds: float) -> bool:
    """Writing starts only with half of the lease left on our own monotonic clock (DOMAIN 6)."""
    return elapsed <= lease_seconds / 2
