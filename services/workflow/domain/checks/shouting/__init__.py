"""No runs of capitals and no runs of emoji: both are read out one by one, and both shout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import regex

from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.words import Span, hit, prose, words
from services.workflow.domain.content.item import ContentItem

NAME: Final = "shouting"
CLAUSE: Final = "Words are not written in capitals, and emoji do not stand in rows."
_EMOJI_RUN: Final = regex.compile(
    r"(?:(?=[\p{Emoji_Presentation}\p{Extended_Pictographic}])\X[ ]?)+"
)
_GRAPHEME: Final = regex.compile(r"\X")


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``most_capitals``: words in capitals in a row; ``most_emoji``: emoji in a row.

    ``allowed``: names that are written in capitals.
    """

    most_capitals: int = 2
    most_emoji: int = 3
    allowed: tuple[str, ...] = ()


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per run."""
    for variant in item.variants:
        for run in _capitals(variant.text, params):
            yield hit(run, "This is written in capitals.", variant.channel_id)
        for run in _emoji(variant.text, params.most_emoji):
            yield hit(run, "Too many emoji in a row.", variant.channel_id)


def _capitals(text: str, params: Params) -> Iterator[Span]:
    allowed = frozenset(params.allowed)
    run: list[Span] = []
    for word in words(prose(text)):
        if _shouts(word.text) and word.text not in allowed:
            run.append(word)
            continue
        yield from _long(run, text, params.most_capitals)
        run = []
    yield from _long(run, text, params.most_capitals)


def _shouts(word: str) -> bool:
    """At least two letters of a script that has cases, all of them capitals."""
    return len(word) > 1 and word.isupper()


def _long(run: list[Span], text: str, most: int) -> Iterator[Span]:
    if len(run) > most:
        start, end = run[0].start, run[-1].end
        yield Span(start=start, end=end, text=text[start:end])


def _emoji(text: str, most: int) -> Iterator[Span]:
    for match in _EMOJI_RUN.finditer(text):
        if sum(not g.isspace() for g in _GRAPHEME.findall(match.group())) > most:
            yield Span(start=match.start(), end=match.end(), text=match.group())
