"""A judge of wall times: every change of every zone's clocks, through our own scheduling code.

It finds the changes itself, by bisecting offsets, and knows nothing of how the services do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.calendar import OddTime
from contracts.workflow.content import Schedule
from services.workflow.domain.calendar.recurrence import Occurrence, occurrence, occurrences
from services.workflow.domain.content.times import instant_of

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Seen:
    """What was tried in one zone, and what was wrong."""

    zone: str
    changes: int = 0
    times: int = 0
    skipped: int = 0
    doubled: int = 0
    silent: int = 0


def zones() -> list[str]:
    """Every zone of the IANA database but the machine's own."""
    return sorted(available_timezones() - {"localtime"})


def changes_of(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """The instants at which the offset changes, to the second."""
    at = datetime(year, 1, 1, tzinfo=UTC)
    while at.year == year:
        following = at + timedelta(hours=6)
        if at.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            yield _bisected(zone, at, following)
        at = following


def _bisected(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        is_before = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
        before, after = (middle, after) if is_before else (before, middle)
    return after.replace(microsecond=0)


def judged(name: str, year: int) -> Seen:
    """Wall times around each change of a year, each as an order and as an occurrence of a series."""
    zone, seen = ZoneInfo(name), Seen(name)
    for change in changes_of(zone, year):
        seen.changes += 1
        middle = change.astimezone(zone).replace(tzinfo=None)
        for minutes in range(-150, 151, 15):
            _judge(zone, middle + minutes * MINUTE, seen)
        seen.silent += _series_shifts(zone, middle)
    return seen


def meant(zone: ZoneInfo, wall: datetime) -> list[datetime]:
    """The instants at which the clocks of the zone show this wall time: none, one or two."""
    near = wall.replace(tzinfo=UTC)
    offsets = {
        (near + hours * HOUR).astimezone(zone).utcoffset() or timedelta()
        for hours in range(-36, 37)
    }
    shown = {near - offset for offset in offsets}
    return sorted(at for at in shown if at.astimezone(zone).replace(tzinfo=None) == wall)


def _judge(zone: ZoneInfo, wall: datetime, seen: Seen) -> None:
    seen.times += 1
    instants = meant(zone, wall)
    seen.skipped += not instants
    seen.doubled += len(instants) == 2
    seen.silent += not _order_is_honest(zone, wall, instants)
    seen.silent += not _occurrence_is_honest(occurrence(1, wall, zone), wall, instants)


def _order_is_honest(zone: ZoneInfo, wall: datetime, instants: list[datetime]) -> bool:
    """A person who says an odd time is asked; any other time is the one instant."""
    said = Schedule(wall_time=wall.isoformat(), time_zone=zone.key)
    try:
        found = instant_of(said)
    except Refusal as no:
        wanted = RefusalCode.AMBIGUOUS_TIME if instants else RefusalCode.INVALID_TIME
        return len(instants) != 1 and no.code is wanted and _folds_are_honest(said, instants)
    return instants == [found]


def _folds_are_honest(said: Schedule, instants: list[datetime]) -> bool:
    if not instants:
        return True
    chosen = [
        instant_of(Schedule(wall_time=said.wall_time, time_zone=said.time_zone, fold=fold))
        for fold in (0, 1)
    ]
    return chosen == instants


def _occurrence_is_honest(found: Occurrence, wall: datetime, instants: list[datetime]) -> bool:
    """Nobody is there to be asked: the stated rule holds, and the note says it."""
    if instant_of(found.schedule) != found.due_at:
        return False
    match len(instants):
        case 0:
            return found.odd is OddTime.SKIPPED and bool(found.note)
        case 1:
            return found.odd is None and found.due_at == instants[0]
        case _:
            return found.odd is OddTime.DOUBLED and found.due_at == instants[0]


def _series_shifts(zone: ZoneInfo, change: datetime) -> int:
    """Days around a change on which a daily series leaves its wall time without a word."""
    start = change.replace(hour=9, minute=30, second=0) - timedelta(days=3)
    first = Schedule(wall_time=start.isoformat(), time_zone=zone.key)
    shifts = 0
    for number, one in enumerate(occurrences("FREQ=DAILY;COUNT=7", first)):
        wall = start + timedelta(days=number)
        shifts += not _occurrence_is_honest(one, wall, meant(zone, wall))
    return shifts
