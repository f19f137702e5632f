"""Posts that come again follow the wall clock of their zone, over every change of the clocks (T1).

Rules are a subset of RFC 5545 (RRULE). What the clocks do to a wall time follows its section 3.3.5:
a time that they skip is read with the offset before the gap, so it comes that much later; of a time
that happens twice the first is meant. Either is said beside the occurrence, never done in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from dateutil.rrule import rrulestr

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.calendar import OddTime
from contracts.workflow.content import Schedule
from services.workflow.domain.content.times import said_at

_ALWAYS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
FREQUENCIES: Final = {
    "DAILY": _ALWAYS,
    "WEEKLY": _ALWAYS | {"BYDAY"},
    "MONTHLY": _ALWAYS | {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": _ALWAYS | {"BYMONTH", "BYMONTHDAY", "BYDAY"},
}
"""What each takes. More would let rules in that are searched for hours before they match."""
_DAYS: Final = r"(MO|TU|WE|TH|FR|SA|SU)"
VALUES: Final = {
    "FREQ": r"[A-Z]+",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"\d{8}",
    "WKST": _DAYS,
    "BYDAY": rf"[+-]?[1-5]?{_DAYS}(,[+-]?[1-5]?{_DAYS}){{0,6}}",
    "BYMONTHDAY": r"-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01])){0,9}",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2])){0,11}",
    "BYSETPOS": r"-?[1-4]",
}
"""Every part, and how its value is written."""
LONGEST_RULE: Final = 300
LONGEST_SERIES: Final = timedelta(days=3660)
"""Ten years: a rule without an end, and one that never matches, both stop there."""


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One time of a series, counted from 1. ``schedule`` says ``due_at`` in wall time.

    ``odd``: the clocks skip the rule's own wall time that day, or show it twice; ``note`` tells it.
    """

    number: int
    due_at: datetime
    schedule: Schedule
    odd: OddTime | None = None
    note: str = ""


def occurrences(rule: str, first: Schedule) -> Iterator[Occurrence]:
    """All of them in order, from the first on. Refuses BadRule."""
    start, zone = datetime.fromisoformat(first.wall_time), ZoneInfo(first.time_zone)
    for number, wall in enumerate(_expanded(rule, start), 1):
        yield occurrence(number, wall, zone)


def following(rule: str, first: Schedule, *, made: int, most: int) -> tuple[Occurrence, ...]:
    """The next ``most`` after those that were made."""
    return tuple(islice(occurrences(rule, first), made, made + most))


def occurrence(number: int, wall: datetime, zone: ZoneInfo) -> Occurrence:
    """A wall time of a zone as an instant, with what the clocks do to it."""
    due_at, later = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = due_at.astimezone(zone).replace(tzinfo=None)
    schedule = said_at(shown.isoformat(timespec="minutes"), zone.key, due_at)
    if shown.second or shown.microsecond:  # offsets of local mean time have seconds
        schedule = said_at(shown.isoformat(), zone.key, due_at)
    odd, note = _odd(wall, shown, zone, is_doubled=later != due_at)
    return Occurrence(number=number, due_at=due_at, schedule=schedule, odd=odd, note=note)


def _odd(
    wall: datetime, shown: datetime, zone: ZoneInfo, *, is_doubled: bool
) -> tuple[OddTime | None, str]:
    said = wall.isoformat(timespec="minutes")
    if shown != wall:
        moved = shown.isoformat(timespec="minutes")
        note = f"{said} does not exist in {zone.key}: the clocks skip it. It goes out at {moved}."
        return OddTime.SKIPPED, note
    if is_doubled:
        note = f"{said} happens twice in {zone.key}: it goes out the first time."
        return OddTime.DOUBLED, note
    return None, ""


def clean_rule(rule: str, first: Schedule) -> str:
    """The rule in capitals, if it is one of ours. Refuses BadRule, also if nothing ever comes."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = _parts(text)
    takes = FREQUENCIES.get(parts.get("FREQ", ""))
    if takes is None:
        raise _bad(f"FREQ is one of {', '.join(sorted(FREQUENCIES))}.")
    if parts.keys() - takes:
        raise _bad(f"{parts['FREQ']} takes {', '.join(sorted(takes))}.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _bad("A rule ends by COUNT or by UNTIL, not by both (RFC 5545, 3.3.10).")
    _refuse_ordinals(parts)
    if next(iter(occurrences(text, first)), None) is None:
        raise _bad("This never happens within ten years.")
    return text


def _refuse_ordinals(parts: dict[str, str]) -> None:
    """``2FR`` counts days of a month or year: a week has one of each, and BYSETPOS counts itself."""
    has_ordinals = any(sign.isdigit() for sign in parts.get("BYDAY", ""))
    if has_ordinals and (parts["FREQ"] == "WEEKLY" or "BYSETPOS" in parts):
        raise _bad("Days with numbers, like 2FR, go with MONTHLY or YEARLY, without BYSETPOS.")
    if "BYSETPOS" in parts and "BYDAY" not in parts:
        raise _bad("BYSETPOS picks among the days of BYDAY.")


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST_RULE:
        raise _bad(f"A rule has at most {LONGEST_RULE} characters.")
    pairs = [part.partition("=") for part in text.split(";")]
    found = {name: value for name, _, value in pairs}
    for name, value in found.items():
        if name not in VALUES or re.fullmatch(VALUES[name], value, re.ASCII) is None:
            raise _bad(f"A rule is written like FREQ=WEEKLY;BYDAY=MO; not {name}={value}.")
    if len(found) < len(pairs):
        raise _bad("A rule says everything once.")
    return found


def _expanded(rule: str, start: datetime) -> Iterator[datetime]:
    """Wall times of the rule; it is cut where the longest series ends."""
    parts = _parts(rule)
    last = start + LONGEST_SERIES
    until = parts.pop("UNTIL", None)
    end = min(last, _until(until)) if until else last
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        found = rrulestr(text, dtstart=start)
    except (ValueError, TypeError, OverflowError) as wrong:
        raise _bad(f"This rule cannot be read: {wrong}.") from wrong
    return takewhile(lambda wall: wall <= end, found)


def _until(text: str) -> datetime:
    """A day of the series' own zone, included."""
    try:
        day = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a wall time has no zone
    except ValueError as wrong:
        raise _bad("UNTIL is a day, like 20261231.") from wrong
    return datetime.combine(day, time.max)


def _bad(sentence: str) -> Refusal:
    return Refusal(RefusalCode.BAD_RULE, sentence, field=("rule",))
