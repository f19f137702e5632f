"""Phrases that a text must not hold: shared by the checks that are lists of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import regex

from services.workflow.domain.checks.evidence import Hit
from services.workflow.domain.checks.words import TIMEOUT, Folded, Span, folded, hit, term_pattern
from services.workflow.domain.content.item import ContentItem


@lru_cache(maxsize=256)
def one_of(terms: tuple[str, ...]) -> regex.Pattern[str] | None:
    """One pattern for all of the terms, the longest first; None without terms."""
    found = sorted({term for term in terms if folded(term).text.strip()}, key=len, reverse=True)
    return regex.compile("|".join(term_pattern(term) for term in found)) if found else None


@lru_cache(maxsize=512)
def folded_once(text: str) -> Folded:
    """The folded text; several clauses look at the same words."""
    return folded(text)


class TooSlow(Exception):  # noqa: N818 - a pattern of an organization, not a fault of ours
    """A pattern did not end in time on this text."""


def found(pattern: regex.Pattern[str], text: str) -> Iterator[Span]:
    """Where a pattern matches the folded text, as pieces of the text itself; raises TooSlow."""
    plain = folded_once(text)
    try:
        for match in pattern.finditer(plain.text, timeout=TIMEOUT, concurrent=False):
            if match.end() > match.start():
                yield plain.span(match.start(), match.end(), text)
    except TimeoutError as late:
        raise TooSlow(pattern.pattern) from late


def hits(item: ContentItem, terms: Iterable[str], sentence: str) -> Iterator[Hit]:
    """One hit per phrase; ``{}`` in the sentence stands for the words."""
    pattern = one_of(tuple(terms))
    if pattern is None:
        return
    for variant in item.variants:
        for span in found(pattern, variant.text):
            yield hit(span, sentence.format(span.text), variant.channel_id)
