"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from contracts.workflow.content import Variant
from contracts.workflow.content_parts import ChangeKind, TextChange, VariantChange

WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
MOST_PAIRS: Final = 4_000_000
"""Words before times words after; what differs more is shown as replaced, not compared for minutes."""


def changes(before: Sequence[Variant], after: Sequence[Variant]) -> tuple[VariantChange, ...]:
    """For every channel of either version, the text as parts that stayed, came or went."""
    old = {v.channel_id: v.text for v in before}
    new = {v.channel_id: v.text for v in after}
    return tuple(
        VariantChange(channel_id=one, parts=text_changes(old.get(one, ""), new.get(one, "")))
        for one in dict.fromkeys((*new, *old))
    )


def text_changes(before: str, after: str) -> tuple[TextChange, ...]:
    """Parts in reading order: without the added ones the old text, without the removed ones the new."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = _compared(old[head : len(old) - tail], new[head : len(new) - tail])
    rest = old[len(old) - tail :] if tail else []
    found = [("same", old[:head]), *middle, ("same", rest)]
    return tuple(TextChange(kind=ChangeKind(k), text="".join(w)) for k, w in _joined(found))


def _joined(parts: list[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    held: tuple[str, list[str]] | None = None
    for kind, words in parts:
        if not words:
            continue
        if held and held[0] == kind:
            held = (kind, [*held[1], *words])
            continue
        if held:
            yield held
        held = (kind, words)
    if held:
        yield held


def _common(old: list[str], new: list[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def _compared(old: list[str], new: list[str]) -> list[tuple[str, list[str]]]:
    if len(old) * len(new) > MOST_PAIRS:
        return [("removed", old), ("added", new)]
    found: list[tuple[str, list[str]]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            found.append(("same", old[a:b]))
        else:
            found += [("removed", old[a:b]), ("added", new[c:d])]
    return found
