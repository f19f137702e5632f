"""What an expression may speak of: every name with its type. Lists are cut, so that work is bounded."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from contracts.workflow.content import Variant
from services.workflow.domain.checks.evidence import Evidence
from services.workflow.domain.checks.terms import folded_once
from services.workflow.domain.checks.words import graphemes, hashtags, links, mentions, words
from services.workflow.domain.content.item import ContentItem

MOST: Final = 100
"""Entries of a list that an expression sees."""

TYPES: Final[dict[str, str]] = {
    "text": "string",
    "plain_text": "string",
    "characters": "int",
    "words": "int",
    "hashtags": "list(string)",
    "links": "list(string)",
    "mentions": "list(string)",
    "media": "int",
    "images": "int",
    "videos": "int",
    "platform": "string",
    "handle": "string",
    "kind": "string",
    "topic": "string",
    "topic_risk": "string",
    "tags": "list(string)",
    "language": "string",
    "machine_written": "bool",
    "channels": "int",
}


def values_of(item: ContentItem, variant: Variant, evidence: Evidence) -> dict[str, Any]:
    """The values of every name for one channel's words; ``plain_text`` is folded (case, accents ...)."""
    channel = evidence.channels.get(variant.channel_id)
    kinds = [media.content_type for media in variant.media]
    return {
        **_of_text(variant.text),
        "media": len(kinds),
        "images": sum(kind.startswith("image/") for kind in kinds),
        "videos": sum(kind.startswith("video/") for kind in kinds),
        "platform": channel.platform if channel else "",
        "handle": channel.handle if channel else "",
        "kind": item.kind.value,
        "topic": item.topic,
        "topic_risk": item.topic_risk.value,
        "tags": list(item.tags[:MOST]),
        "language": item.language,
        "machine_written": item.machine_written,
        "channels": len(item.channel_ids),
    }


@lru_cache(maxsize=64)
def _of_text(text: str) -> dict[str, Any]:
    """Several expressions look at the same words."""
    return {
        "text": text,
        "plain_text": folded_once(text).text,
        "characters": graphemes(text),
        "words": len(words(text)),
        "hashtags": [tag.text for tag in hashtags(text)[:MOST]],
        "links": [link.text for link in links(text)[:MOST]],
        "mentions": [one.text for one in mentions(text)[:MOST]],
    }
