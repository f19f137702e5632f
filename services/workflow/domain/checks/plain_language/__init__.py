"""Plain language: the Flesch-Kincaid grade of English text.

Kincaid, Fishburne, Rogers and Chissom (1975), Research Branch Report 8-75:
grade = 0.39 words / sentences + 11.8 syllables / words - 15.59.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec
import regex

from services.workflow.domain.checks import english
from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.words import prose, words
from services.workflow.domain.content.item import ContentItem

NAME: Final = "plain_language"
CLAUSE: Final = "Text is written so that most people understand it at once."
_SENTENCE_END: Final = regex.compile(r"[.!?…]+(?=\s|$)|\n+")
_ENGLISH_SHARE: Final = 0.6
"""Of the words; below it the text is in another language, and the formula says nothing about it."""


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``highest_grade``: years of school; shorter texts than ``least_words`` are not judged."""

    highest_grade: float = 9.0
    least_words: int = 20


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The counts behind a grade."""

    words: int
    sentences: int
    syllables: int
    known: int

    @property
    def value(self) -> float:
        """The grade, one digit after the point."""
        per_sentence, per_word = self.words / self.sentences, self.syllables / self.words
        return round(0.39 * per_sentence + 11.8 * per_word - 15.59, 1)

    @property
    def is_english(self) -> bool:
        """Whether the formula was made for this text."""
        return self.known >= _ENGLISH_SHARE * self.words


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per text above the grade."""
    for variant in item.variants:
        grade = grade_of(variant.text)
        if grade is None or grade.words < params.least_words or not grade.is_english:
            continue
        if grade.value > params.highest_grade:
            yield Hit(
                sentence=f"The text reads at grade {grade.value}; {params.highest_grade:g} is the most.",
                channel_id=variant.channel_id,
                start=0,
                end=len(variant.text),
                evidence=f"{grade.words} words, {grade.sentences} sentences, {grade.syllables} syllables",
                guidance="Shorter sentences and shorter words bring the grade down.",
            )


@lru_cache(maxsize=256)
def grade_of(text: str) -> Grade | None:
    """The counts of a text; None without a word."""
    plain = prose(text)
    found = [span.text.casefold().replace("’", "'") for span in words(plain)]
    if not found:
        return None
    sentences = sum(bool(words(part)) for part in _SENTENCE_END.split(plain))
    return Grade(
        words=len(found),
        sentences=max(sentences, 1),
        syllables=sum(english.syllables(word) for word in found),
        known=sum(english.is_word(word) for word in found),
    )
