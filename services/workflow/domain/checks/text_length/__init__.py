"""A variant fits its channel: platforms count user-perceived characters (UAX #29 graphemes)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import regex

from contracts.workflow.content import Variant
from services.workflow.domain.checks.evidence import Evidence, Hit, Need, Needs
from services.workflow.domain.content.item import ContentItem

NAME: Final = "text_length"
CLAUSE: Final = "The text of a variant is no longer than its channel allows."
_GRAPHEME: Final = regex.compile(r"\X")


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``most``: a limit of the organization's own, below that of the channel."""

    most: int | None = None


def needs(_item: ContentItem, _params: Params) -> Needs:
    """The limits of the channels."""
    return Needs(names=frozenset({Need.CHANNELS}))


def judge(item: ContentItem, evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per variant that is too long, marking what is over."""
    for variant in item.variants:
        channel = evidence.channels.get(variant.channel_id)
        limits = [n for n in (channel.text_limit if channel else None, params.most) if n]
        if limits:
            yield from _judge_variant(variant, min(limits))


def _judge_variant(variant: Variant, limit: int) -> Iterator[Hit]:
    if len(variant.text) <= limit:
        return
    ends = [m.end() for m in _GRAPHEME.finditer(variant.text)]
    if len(ends) > limit:
        yield Hit(
            sentence=f"The text has {len(ends)} characters; this channel takes {limit}.",
            channel_id=variant.channel_id,
            start=ends[limit - 1],
            end=len(variant.text),
            evidence=f"{len(ends)} > {limit}",
        )
