"""Images say in words what they show (WCAG 2.2, success criterion 1.1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import regex

from contracts.workflow.content import Media
from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.content.item import ContentItem

NAME: Final = "alt_text"
CLAUSE: Final = "Every image says in words what it shows, unless it is decorative."
_FILE_NAME: Final = regex.compile(
    r"^\s*[\w\-() ]+\.(?:jpe?g|png|gif|webp|heic|bmp|svg)\s*$", regex.I
)
_EMPTY_WORDS: Final = frozenset(
    {"image", "photo", "picture", "graphic", "img", "screenshot", "logo", "untitled"}
)


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``shortest`` and ``longest`` count characters of the description."""

    shortest: int = 3
    longest: int = 1500


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per image."""
    for variant in item.variants:
        for place, media in enumerate(variant.media, 1):
            wrong = _wrong(media, params) if media.content_type.startswith("image/") else ""
            if wrong:
                yield Hit(
                    sentence=f"Image {place} {wrong}.",
                    channel_id=variant.channel_id,
                    evidence=f"{media.hash[:12]} {media.alt_text}".strip()[:200],
                )


def _wrong(media: Media, params: Params) -> str:
    words = media.alt_text.strip()
    if media.is_decorative:
        return "is marked as decorative and described all the same" if words else ""
    if not words:
        return "has no alternative text"
    if _FILE_NAME.match(words) or words.casefold() in _EMPTY_WORDS:
        return "is described by a file name or an empty word"
    if len(words) < params.shortest:
        return "is described in too few characters"
    if len(words) > params.longest:
        return f"is described in more than {params.longest} characters"
    return ""
