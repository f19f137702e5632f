"""The register of what not to say: terms and patterns, with a line that may be said instead.

A finding tells the class of the reason and the safe line, never the reason: whoever reads the
finding may not be cleared for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec
import regex

from contracts.workflow.content import Variant
from contracts.workflow.policies import RegisterKind
from services.workflow.domain.checks.evidence import Evidence, Hit, Need, Needs, RegisterTerm
from services.workflow.domain.checks.terms import TooSlow, found
from services.workflow.domain.checks.words import folded, hit, term_pattern
from services.workflow.domain.content.item import ContentItem

NAME: Final = "register"
CLAUSE: Final = "Nothing on the register of what not to say is said."
LONGEST_PATTERN: Final = 500


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing to set: entries carry what they need."""


def needs(_item: ContentItem, _params: Params) -> Needs:
    """The entries in force."""
    return Needs(names=frozenset({Need.REGISTER}))


def judge(item: ContentItem, evidence: Evidence, _params: Params) -> Iterator[Hit]:
    """One hit per place; an author who is cleared to say it may."""
    writers = {item.author_id, *item.co_author_ids}
    for entry in evidence.register:
        if not writers <= entry.may_say:
            for variant in item.variants:
                yield from _judge(variant, entry)
            yield from _hidden_words(item, entry)


def _judge(variant: Variant, entry: RegisterTerm) -> Iterator[Hit]:
    try:
        for span in found(pattern_of(entry.kind, entry.text), variant.text):
            said = hit(span, _sentence(entry), variant.channel_id, guidance=_guidance(entry))
            yield msgspec.structs.replace(said, severity=entry.severity)
    except TooSlow:
        yield Hit(
            sentence="A pattern of the register could not be matched in time; ask its keeper.",
            channel_id=variant.channel_id,
            evidence=entry.id,
            severity=entry.severity,
        )


def _hidden_words(item: ContentItem, entry: RegisterTerm) -> Iterator[Hit]:
    """Alternative text is said too."""
    for variant in item.variants:
        for media in variant.media:
            for one in _judge(Variant(channel_id=variant.channel_id, text=media.alt_text), entry):
                yield msgspec.structs.replace(
                    one, sentence=f"In an image's description: {one.sentence}", start=None, end=None
                )


def _sentence(entry: RegisterTerm) -> str:
    return f"This is on the register of what not to say ({entry.reason_class.value})."


def _guidance(entry: RegisterTerm) -> str:
    return f"Say instead: {entry.safe_line}" if entry.safe_line else ""


@lru_cache(maxsize=2048)
def pattern_of(kind: RegisterKind, text: str) -> regex.Pattern[str]:
    """The pattern over folded text; raises regex.error."""
    if kind is RegisterKind.TERM:
        return regex.compile(term_pattern(text))
    return regex.compile(text, regex.IGNORECASE)


def problem_with(kind: RegisterKind, text: str) -> str:
    """Why an entry cannot be kept; empty if it can."""
    if not folded(text).text.strip():
        return "There is nothing in it to look for."
    if len(text) > LONGEST_PATTERN:
        return f"At most {LONGEST_PATTERN} characters."
    try:
        pattern = pattern_of(kind, text)
        if pattern.search("", timeout=1.0):
            return "It matches text that says nothing."
    except (regex.error, TimeoutError, RecursionError, OverflowError) as wrong:
        return f"This is no pattern: {wrong}."
    return ""
