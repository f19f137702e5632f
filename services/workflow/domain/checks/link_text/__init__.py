"""The words before a link say where it leads (WCAG 2.2, success criterion 2.4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec
import regex

from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.words import Span, hit, links, term_pattern
from services.workflow.domain.content.item import ContentItem

NAME: Final = "link_text"
CLAUSE: Final = "The words before a link say where it leads."
PHRASES: Final = (
    "click here",
    "click this link",
    "click the link",
    "follow this link",
    "here",
    "read more",
    "learn more",
    "more info",
    "more",
    "this link",
    "link",
)
_BEFORE: Final = 40
"""Characters before a link in which its words are looked for."""


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``phrases``: what says nothing about the target; ``most_links`` in one text."""

    phrases: tuple[str, ...] = PHRASES
    most_links: int = 5


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per empty phrase, and one for a heap of links."""
    pattern = _ending(params.phrases)
    for variant in item.variants:
        found = links(variant.text)
        for link in found:
            empty = _empty_words(variant.text, link, pattern)
            if empty:
                sentence = f"“{empty.text}” does not say where the link leads."
                yield hit(empty, sentence, variant.channel_id)
        if len(found) > params.most_links:
            sentence = f"{len(found)} links; at most {params.most_links} in one text."
            yield hit(found[params.most_links], sentence, variant.channel_id)


def _empty_words(text: str, link: Span, pattern: regex.Pattern[str]) -> Span | None:
    """The phrase right before a link, where it stands alone in its sentence."""
    start = max(0, link.start - _BEFORE)
    match = pattern.search(text[start : link.start])
    if match is None:
        return None
    first, last = start + match.start(1), start + match.end(1)
    return Span(start=first, end=last, text=text[first:last])


@lru_cache(maxsize=64)
def _ending(phrases: tuple[str, ...]) -> regex.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    body = "|".join(term_pattern(phrase) for phrase in longest_first) or r"(?!)"
    return regex.compile(rf"(?:^|[.!?…\n–—-]\s*|\p{{So}}\s*)({body})\s*[:>→👉➡️-]*\s*$", regex.I)
