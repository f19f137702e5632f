"""Plain text from HTML that a platform made out of plain text.

No tree is built: parsers of HTML need quadratic time for tags that nest without end (measured: 22 s
for 20,000 of them), and the public writes what is parsed here. One pass over tags and words.
"""

from __future__ import annotations

import html
import re
from typing import Final

_TAG: Final = re.compile(r"(<[!/?]?[A-Za-z-][^<>]*>)")
_NAME: Final = re.compile(r"</?\s*([A-Za-z][A-Za-z0-9]*)")
_SILENT: Final = frozenset({"script", "style", "template", "noscript", "iframe"})
_ENDS_PARAGRAPH: Final = frozenset(
    {"p", "div", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_MANY_LINES: Final = re.compile(r"\n{3,}")


def plain_text(source: str) -> str:
    """The words alone: paragraphs become empty lines, scripts and styles vanish with their content."""
    if "<" not in source and "&" not in source:
        return source.strip()
    words: list[str] = []
    silent = ""
    for piece in _TAG.split(source):
        if not _TAG.fullmatch(piece):
            words += [] if silent else [piece]
            continue
        name, is_end = _tag(piece)
        if silent:
            silent = "" if is_end and name == silent else silent
        elif name in _SILENT and not is_end:
            silent = name
        else:
            words.append(_line_break(name, is_end=is_end))
    return _MANY_LINES.sub("\n\n", html.unescape("".join(words))).strip()


def _tag(piece: str) -> tuple[str, bool]:
    found = _NAME.match(piece)
    return (found[1].lower() if found else ""), piece.startswith("</")


def _line_break(name: str, *, is_end: bool) -> str:
    if name == "br":
        return "\n"
    return "\n\n" if is_end and name in _ENDS_PARAGRAPH else ""


def same_words(one: str, other: str) -> bool:
    """Equal but for white space, which platforms fold as they like."""
    return one.split() == other.split()
