"""Hashtags of several words capitalize each, so that screen readers read words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from services.workflow.domain.checks import english
from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.words import Span, hashtags, hit
from services.workflow.domain.content.item import ContentItem

NAME: Final = "hashtag_case"
CLAUSE: Final = "Hashtags of several words capitalize each word."
LONGEST: Final = 60
"""Longer runs are not words, and are not taken apart."""


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``allowed``: hashtags that are written differently, with their sign."""

    allowed: tuple[str, ...] = ()


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per hashtag; the guidance shows how to write it."""
    allowed = {one.casefold().lstrip("#＃") for one in params.allowed}
    for variant in item.variants:
        for tag in hashtags(variant.text):
            if tag.text[1:].casefold() not in allowed:
                yield from _judge_tag(tag, variant.channel_id)


def _judge_tag(tag: Span, channel_id: str) -> Iterator[Hit]:
    name = tag.text[1:]
    pieces = english.parts(name.casefold()) if _is_one_case(name) else ()
    if pieces:
        better = "#" + "".join(piece.capitalize() for piece in pieces)
        sentence = f"{tag.text} is read as one word: write {better}."
        yield hit(tag, sentence, channel_id, guidance=f"Write {better}.")


def _is_one_case(name: str) -> bool:
    return (
        name.isascii()
        and name.isalpha()
        and len(name) <= LONGEST
        and name[1:]
        in {
            name[1:].lower(),
            name[1:].upper(),
        }
    )
