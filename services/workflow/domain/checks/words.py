"""Reading text as people do: spans, links, hashtags, and one form for all who try to look different."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

import msgspec
import regex

from services.workflow.domain.checks.evidence import Hit

TIMEOUT: Final = 0.05
"""Seconds a pattern of an organization may run on one text."""

_URL: Final = regex.compile(r"(?<![\w@])(?:https?://|www\.)[^\s<>\"'`\[\](){}|\\^]+", regex.I)
_TRAILING: Final = ".,;:!?…。，、！？"
_HASHTAG: Final = regex.compile(r"(?<![\w&])[#＃]([\p{L}\p{M}\p{N}_]+)")
_MENTION: Final = regex.compile(r"(?<![\w/])@([\w.\-]+(?:@[\w.\-]+)?)")
_WORD: Final = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*")
_GRAPHEME: Final = regex.compile(r"\X")
_WITHOUT_SPACES: Final = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
)

_LOOKALIKES: Final = str.maketrans(
    "аеорсухіѕјԁԛԝһкмнтвгпиϲоρανικτυχεηωℓ∂ɑɡıȷ০ο",
    "aeopcyxisjdqwhkmhtbrnucopavikruxenwldagijoo",
)
"""Letters of other alphabets that are read as Latin ones; both sides are folded the same way."""

MOST_SHOWN: Final = 200
"""Characters of the text that a finding quotes."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a text."""

    start: int
    end: int
    text: str


def spans(pattern: regex.Pattern[str], text: str) -> Iterator[Span]:
    """Every match of one of our own patterns."""
    for match in pattern.finditer(text):
        yield Span(start=match.start(), end=match.end(), text=match.group())


def links(text: str) -> list[Span]:
    """Addresses in a text, without the punctuation of the sentence around them."""
    found = []
    for span in spans(_URL, text):
        bare = span.text.rstrip(_TRAILING)
        found.append(Span(start=span.start, end=span.start + len(bare), text=bare))
    return found


def address(link: str) -> str:
    """The address a reader's program would open."""
    return link if "://" in link else f"https://{link}"


def hashtags(text: str) -> list[Span]:
    """Hashtags with their sign."""
    return list(spans(_HASHTAG, text))


def mentions(text: str) -> list[Span]:
    """Names of other accounts."""
    return list(spans(_MENTION, text))


def words(text: str) -> list[Span]:
    """Words of any script that separates them."""
    return list(spans(_WORD, text))


def prose(text: str) -> str:
    """The text with links, hashtags and mentions blanked, of the same length."""
    for found in (links(text), hashtags(text), mentions(text)):
        for span in found:
            text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def graphemes(text: str) -> int:
    """Characters as people count them (UAX #29)."""
    return len(_GRAPHEME.findall(text))


def hit(span: Span, sentence: str, channel_id: str, *, guidance: str = "") -> Hit:
    """A hit on a piece of a channel's text."""
    return Hit(
        sentence=sentence,
        channel_id=channel_id,
        start=span.start,
        end=span.end,
        evidence=span.text[:MOST_SHOWN],
        guidance=guidance,
    )


class Folded(msgspec.Struct, frozen=True):
    """A text in one form, and for each of its characters the place it came from."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int, original: str) -> Span:
        """The piece of the original that a piece of the folded text came from."""
        first, last = self.origin[start], self.origin[end - 1] + 1
        return Span(start=first, end=last, text=original[first:last])


def folded(text: str) -> Folded:
    """Case, accents, widths, look-alike letters and invisible characters make no difference (UTS #39).

    Runs of white space become one blank.
    """
    out: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text):
        for part in _folded_char(char):
            if part == " " and out and out[-1] == " ":
                continue
            out.append(part)
            origin.append(place)
    return Folded("".join(out), tuple(origin))


def _folded_char(char: str) -> str:
    if char.isascii():
        return " " if char.isspace() else char.lower()
    plain = unicodedata.normalize("NFKD", char).casefold()
    kept = (c for c in plain if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    return "".join(" " if c.isspace() else c for c in kept).translate(_LOOKALIKES)


def term_pattern(term: str) -> str:
    """A pattern that finds a term in folded text; whole words, in scripts that have them."""
    plain = folded(term).text.strip()
    body = regex.escape(plain, literal_spaces=False).replace(r"\ ", " ").replace(" ", r"\s+")
    before = r"(?<!\w)" if _is_bounded(plain[:1]) else ""
    after = r"(?!\w)" if _is_bounded(plain[-1:]) else ""
    return f"{before}{body}{after}"


def _is_bounded(char: str) -> bool:
    return char.isalnum() and not _WITHOUT_SPACES.match(char)
