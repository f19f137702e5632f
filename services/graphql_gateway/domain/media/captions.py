"""WebVTT: UTF-8 text with at least one cue whose end is after its beginning.

Source: W3C WebVTT, section 4.1 (syntax). Players drop bad cues silently, so we say it instead.
"""

from __future__ import annotations

import re
from typing import Final

from services.graphql_gateway.domain.media.kinds import Cleaned, MediaKind, damaged

_TIME: Final = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_CUE: Final = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")


def clean_captions(content: bytes) -> Cleaned:
    """The captions as they are. Refuses UnsupportedMedia, naming the line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise damaged("captions are UTF-8") from None
    if "\0" in text:
        raise damaged("captions are text")
    cues = 0
    for number, line in enumerate(text.splitlines(), 1):
        if "-->" in line:
            _check(line.strip(), number)
            cues += 1
    if not cues:
        raise damaged("it has no captions in it")
    return Cleaned(content=content, kind=MediaKind.CAPTIONS)


def _check(line: str, number: int) -> None:
    found = _CUE.fullmatch(line)
    if found is None:
        raise damaged(f"the times in line {number} are none")
    begin, end = _milliseconds(*found.groups()[:4]), _milliseconds(*found.groups()[4:])
    if end <= begin:
        raise damaged(f"the caption in line {number} ends before it begins")


def _milliseconds(*parts: str | None) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
