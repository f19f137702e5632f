"""Who passed wrong words on: units whose published items say the same, or link to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from services.workflow.domain.checks.near_duplicate import likeness, shingles
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections.correction import CorrectionTarget

LIKENESS: Final = 0.6
"""Share of common shingles from which two texts are the same (DOMAIN 8)."""
DUPLICATE: Final = "says the same"
LINK: Final = "links to it"


class Amplified(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit has out that carries the mistake, and how we know."""

    unit_id: str
    content_ids: tuple[str, ...]
    why: str


def amplified(
    unit_id: str, targets: Sequence[CorrectionTarget], others: Iterable[ContentItem]
) -> list[Amplified]:
    """One for each unit but the correction's own, in the order of unit ids.

    ``targets`` with the words that stood there (``was``); ``others`` are published items.
    """
    wrong = [shingles(t.was) for t in targets if t.was]
    urls = tuple(t.url for t in targets if t.url)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for item in others:
        why = _why(item, wrong, urls) if item.unit_id != unit_id else None
        if why is not None:
            found[item.unit_id][item.id] = why
    return [
        Amplified(
            unit_id=unit,
            content_ids=tuple(sorted(items)),
            why=" and ".join(sorted(set(items.values()))),
        )
        for unit, items in sorted(found.items())
    ]


def _why(item: ContentItem, wrong: list[frozenset[str]], urls: tuple[str, ...]) -> str | None:
    for variant in item.variants:
        if any(url in variant.text for url in urls):
            return LINK
        own = shingles(variant.text)
        if any(likeness(own, each) >= LIKENESS for each in wrong):
            return DUPLICATE
    return None
