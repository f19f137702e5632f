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


class VariantChange(msgspec.Struct, frozen=True, kw_only=True):
    """The words for one channel, as pieces in reading order."""

    channel_id: str
    parts: tuple[TextChange, ...]
