"""Not the same again: shingles of words, compared by the share they have in common (Broder 1997)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from services.workflow.domain.checks.evidence import Evidence, Hit, Need, Needs
from services.workflow.domain.checks.words import MOST_SHOWN, folded, prose, words
from services.workflow.domain.content.item import ContentItem

NAME: Final = "near_duplicate"
CLAUSE: Final = "Nothing goes out that says what is out already."
SHINGLE: Final = 4
"""Words of one shingle (DOMAIN 8)."""


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``likeness``: share of common shingles from which two texts are the same.

    ``same_channel_only``: whether other channels may say it again; shorter texts than
    ``least_words`` are not compared.
    """

    likeness: float = 0.6
    same_channel_only: bool = True
    least_words: int = 6


def needs(_item: ContentItem, _params: Params) -> Needs:
    """What is out or on its way."""
    return Needs(names=frozenset({Need.NEIGHBOURS}))


def judge(item: ContentItem, evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per variant, about the nearest text."""
    for variant in item.variants:
        own = shingles(variant.text)
        if len(own) + SHINGLE - 1 < params.least_words:
            continue
        near = [
            (likeness(own, shingles(other.text)), other)
            for other in evidence.neighbours
            if other.content_id != item.id
            and (not params.same_channel_only or other.channel_id == variant.channel_id)
        ]
        share, nearest = max(near, key=lambda pair: pair[0], default=(0.0, None))
        if nearest is not None and share >= params.likeness:
            yield Hit(
                sentence=f"{share:.0%} of this is out or on its way already: “{nearest.text[:80]}”.",
                channel_id=variant.channel_id,
                start=0,
                end=len(variant.text),
                evidence=f"{nearest.content_id} {variant.text[:MOST_SHOWN]}",
            )


@lru_cache(maxsize=4096)
def shingles(text: str) -> frozenset[str]:
    """Runs of four words, whatever their case, accents and links."""
    found = [span.text for span in words(folded(prose(text)).text)]
    runs = range(max(len(found) - SHINGLE + 1, 1 if found else 0))
    return frozenset(" ".join(found[n : n + SHINGLE]) for n in runs)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard index of two sets of shingles."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
