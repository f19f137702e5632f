"""Parts of content that are derived, never given: what changed between two versions."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ChangeKind(StrEnum):
    """What happened to a piece of text from one version to the next."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class TextChange(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of text that stayed, came or went."""

    kind: ChangeKind
    text: str


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile shall show; what is None stays as it is.

    ``avatar`` and ``banner`` are SHA-256 of attached pictures, ``pinned`` is the platform's id of a
    post, which is pinned, or let go (``is_pinned`` False).
    """

    display_name: str | None = None
    bio: str | None = None
    avatar: str | None = None
    banner: str | None = None
    pinned: str | None = None
    is_pinned: bool = True


class VariantChange(msgspec.Struct, frozen=True, kw_only=True):
    """The words for one channel, as pieces in reading order."""

    channel_id: str
    parts: tuple[TextChange, ...]
