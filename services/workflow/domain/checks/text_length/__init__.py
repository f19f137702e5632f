"""A variant fits its channel: platforms count user-perceived characters (UAX #29 graphemes)."""

from __future__ import annotations

from typing import Final

import regex

from contracts.workflow.content import Finding, Variant
from services.workflow.domain.checks import Evidence
from services.workflow.domain.content.item import ContentItem

NAME: Final = "text_length"
CLAUSE: Final = "The text of a variant is no longer than its channel allows."
_GRAPHEME: Final = regex.compile(r"\X")


def needs(_item: ContentItem) -> frozenset[str]:
    """The limits of the channels."""
    return frozenset({"text_limits"})


def judge(item: ContentItem, evidence: Evidence) -> tuple[Finding, ...]:
    """One blocking finding per variant that is too long, marking what is over."""
    limits = evidence["text_limits"]
    found = (_judge_variant(v, limits.get(v.channel_id)) for v in item.variants)
    return tuple(finding for finding in found if finding)


def _judge_variant(variant: Variant, limit: int | None) -> Finding | None:
    ends = [m.end() for m in _GRAPHEME.finditer(variant.text)]
    if limit is None or len(ends) <= limit:
        return None
    return Finding(
        check=NAME,
        severity="block",
        sentence=f"The text has {len(ends)} characters; this channel takes {limit}.",
        channel_id=variant.channel_id,
        start=ends[limit - 1],
        end=len(variant.text),
    )
