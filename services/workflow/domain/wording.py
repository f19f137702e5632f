"""The form of short texts that people give: names, reasons, zones. Refusals name the argument."""

from __future__ import annotations

import unicodedata
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.refusals import Refusal, RefusalCode

NAME_LIMIT = 200
REASON_LIMIT = 1000


def invalid(sentence: str, *field: str) -> Refusal:
    """An argument that cannot be used as it is."""
    return Refusal(RefusalCode.INVALID_ARGUMENT, sentence, field=field)


def line(text: str, *field: str, limit: int = NAME_LIMIT) -> str:
    """One line of visible text in NFC, trimmed; ``limit`` counts code points."""
    clean = unicodedata.normalize("NFC", text).strip()
    if not clean:
        raise invalid("This must not be empty.", *field)
    if len(clean) > limit:
        raise invalid(f"This is longer than {limit} characters.", *field)
    if any(_is_unseen(sign) for sign in clean):
        raise invalid("This holds a character that cannot be seen.", *field)
    return clean


def _is_unseen(sign: str) -> bool:
    """Controls, line ends, lone surrogates and marks that turn the reading direction.

    The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
    """
    if sign in "\u200c\u200d":
        return False
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def reason(text: str) -> str:
    """Why somebody did what cannot be undone; ReasonRequired without one."""
    if not text.strip():
        raise Refusal(RefusalCode.REASON_REQUIRED, "Say why.", field=("reason",))
    return line(" ".join(text.split()), "reason", limit=REASON_LIMIT)


def time_zone(name: str) -> str:
    """A name of the IANA time zone database, e.g. ``Europe/Berlin``."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise invalid(f"{name!r} is not an IANA time zone.", "timeZone") from wrong
    if name == "localtime":
        raise invalid("'localtime' is another zone on every machine.", "timeZone")
    return name
