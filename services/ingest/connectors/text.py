"""Plain text from HTML that a platform made out of plain text."""

from __future__ import annotations

import html
import re
from typing import Final

import nh3

_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"</(?:p|div|li|blockquote|h[1-6])>\s*", re.IGNORECASE)
_MANY_LINES: Final = re.compile(r"\n{3,}")
_NOTHING: Final[set[str]] = set()


def plain_text(source: str) -> str:
    """The words alone: paragraphs become empty lines, scripts and styles vanish with their content."""
    if "<" not in source and "&" not in source:
        return source.strip()
    with_lines = _PARAGRAPH.sub("\n\n", _BREAK.sub("\n", source))
    bare = html.unescape(nh3.clean(with_lines, tags=_NOTHING))
    return _MANY_LINES.sub("\n\n", bare).strip()


def same_words(one: str, other: str) -> bool:
    """Equal but for white space, which platforms fold as they like."""
    return one.split() == other.split()
