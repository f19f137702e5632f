"""Facets: links and mentions of a text by their place in its UTF-8 bytes.

Source: docs.bsky.app/docs/advanced-guides/post-richtext. Mentions need the account's DID, which
the caller looks up; what nobody knows stays plain text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

_LINK: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']")
_MENTION: Final = re.compile(r"(?<![\w@/])@((?:[a-zA-Z0-9-]{1,63}\.)+[a-zA-Z][a-zA-Z0-9-]{0,62})")

Resolve = Callable[[str], str | None]


def facets(text: str, resolve: Resolve) -> list[dict[str, Any]]:
    """The facets of a text, in its order; ``resolve`` gives a handle's DID or None."""
    found = [*_links(text), *_mentions(text, resolve)]
    return sorted(found, key=lambda facet: int(facet["index"]["byteStart"]))


def _links(text: str) -> Iterator[dict[str, Any]]:
    for match in _LINK.finditer(text):
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": match.group()}
        yield _facet(text, match.span(), feature)


def _mentions(text: str, resolve: Resolve) -> Iterator[dict[str, Any]]:
    for match in _MENTION.finditer(text):
        did = resolve(match.group(1))
        if did:
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
            yield _facet(text, match.span(), feature)


def _facet(text: str, span: tuple[int, int], feature: dict[str, Any]) -> dict[str, Any]:
    start, end = (len(text[:at].encode()) for at in span)
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def graphemes(text: str) -> int:
    """Characters as people count them, near enough to refuse early: the server counts exactly.

    Combining marks, joiners, variation selectors, skin tones and the second half of a flag do not
    count; the result is never above the exact number of grapheme clusters for these.
    """
    count, is_joined, is_half_flag = 0, False, False
    for char in text:
        if _continues(char) or is_joined:
            is_joined = char == "\u200d"
            continue
        is_flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        is_half_flag = is_flag and not is_half_flag
        count += not is_flag or is_half_flag
    return count


def _continues(char: str) -> bool:
    return (
        char == "\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or unicodedata.category(char) in {"Mn", "Me", "Mc"}
    )
