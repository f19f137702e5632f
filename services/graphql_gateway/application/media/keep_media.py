"""Take an upload: judge its bytes, clean them, store them, and tell workflow what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from chassis.errors import Unavailable
from chassis.ports import Actor
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.media import AddMedia, MediaAnswer
from services.graphql_gateway.application.ports import Blobs
from services.graphql_gateway.domain.media.kinds import (
    Cleaned,
    MediaKind,
    MediaLimits,
    kind_of,
    refuse_large,
    refuse_lie,
)
from services.graphql_gateway.domain.viewer import Viewer


class Kept(msgspec.Struct, frozen=True, rename="camel"):
    """An upload that may be attached; ``size`` in bytes, width and height in pixels."""

    hash: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    is_new: bool


@dataclass(frozen=True)
class MediaDesk:
    """What taking needs. ``tell`` sends a command in the name of its actor."""

    blobs: Blobs
    clean: Callable[[bytes, MediaKind, MediaLimits], Cleaned]
    tell: Callable[[AddMedia, Actor], MediaAnswer]
    limits: MediaLimits


def check_may(viewer: Viewer, permission: Permission) -> str:
    """The organization; refuses Forbidden to who holds the permission nowhere in it."""
    if viewer.org_id is None:
        raise Refusal(RefusalCode.ORGANIZATION_NEEDED, "Choose an organization first.")
    if viewer.coverage(permission).is_empty:
        sentence = f"This needs the permission {permission.value}."
        raise Refusal(RefusalCode.FORBIDDEN, sentence, data={"permission": permission.value})
    return viewer.org_id


def keep_media(desk: MediaDesk, viewer: Viewer, content: bytes, *, declared: str) -> Kept:
    """Stored first, told second: what workflow knows is always there.

    Refuses UnsupportedMedia, TooLarge, QuotaExceeded; Unavailable if the store cannot be written.
    """
    org_id = check_may(viewer, Permission.CONTENT_WRITE)
    kind = kind_of(content)
    refuse_lie(declared, kind)
    refuse_large(len(content), kind, desk.limits)
    cleaned = desk.clean(content, kind, desk.limits)
    try:
        ref = desk.blobs.put(org_id, cleaned.content)
    except OSError as error:
        message = "the store of media cannot be written"
        raise Unavailable(message) from error
    order = AddMedia(
        hash=ref.sha256,
        content_type=cleaned.kind.value,
        size=ref.size,
        width=cleaned.width,
        height=cleaned.height,
    )
    return _kept(order, _told(desk, viewer, order))


def _told(desk: MediaDesk, viewer: Viewer, order: AddMedia) -> MediaAnswer:
    """What takes no room is not left lying about; what was known before would not be refused."""
    try:
        return desk.tell(order, viewer.actor)
    except Refusal as no:
        if no.code is RefusalCode.QUOTA_EXCEEDED:
            desk.blobs.delete(viewer.org_id or "", order.hash)
        raise


def _kept(order: AddMedia, answer: MediaAnswer) -> Kept:
    return Kept(
        hash=order.hash,
        content_type=order.content_type,
        size=order.size,
        width=order.width,
        height=order.height,
        is_new=answer.is_new,
    )
