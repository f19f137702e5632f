"""Wall time means wall time: the instant is derived, and odd times are shown, never guessed (T1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.envelope import rfc3339
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import Schedule

_YEARS: Final = range(1970, 9999)
"""Beyond them lie years whose instants no calendar of ours can hold."""


def instant_of(schedule: Schedule) -> datetime:
    """The UTC instant of a wall time.

    Refuses InvalidTime (unreadable, unknown zone, or skipped by a clock change) and AmbiguousTime
    (it happens twice and ``fold`` does not say which), with the possible instants as data.
    """
    wall, zone = _wall(schedule), _zone(schedule)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if _is_skipped(wall, first, zone):
        raise Refusal(
            RefusalCode.INVALID_TIME,
            f"{schedule.wall_time} does not exist in {schedule.time_zone}: the clocks skip it.",
            field=("schedule", "wallTime"),
            data={"nearest": [rfc3339(second), rfc3339(first)]},
        )
    if schedule.fold in (0, 1):
        return (first, second)[schedule.fold]
    raise Refusal(
        RefusalCode.AMBIGUOUS_TIME,
        f"{schedule.wall_time} happens twice in {schedule.time_zone}; say which with fold 0 or 1.",
        field=("schedule", "fold"),
        data={"instants": [rfc3339(first), rfc3339(second)]},
    )


def planned_instant(schedule: Schedule | None) -> datetime | None:
    """The instant of a proposal; None without one, or if its wall time is odd and nobody chose."""
    if schedule is None:
        return None
    try:
        return instant_of(schedule)
    except Refusal:
        return None


def said_at(wall_time: str, time_zone: str, instant: datetime) -> Schedule:
    """The schedule that was said, so that it means this instant again, also where it happens twice."""
    said = Schedule(wall_time=wall_time, time_zone=time_zone)
    for fold in (None, 0, 1):
        chosen = Schedule(wall_time=wall_time, time_zone=time_zone, fold=fold)
        if planned_instant(chosen) == instant:
            return chosen
    return said


def _wall(schedule: Schedule) -> datetime:
    wall = _read(schedule.wall_time)
    if wall is None or wall.tzinfo is not None or wall.year not in _YEARS:
        raise Refusal(
            RefusalCode.INVALID_TIME,
            "A wall time is written like 2026-03-01T09:30, without an offset.",
            field=("schedule", "wallTime"),
        )
    return wall


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _zone(schedule: Schedule) -> ZoneInfo:
    try:
        return ZoneInfo(schedule.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise Refusal(
            RefusalCode.INVALID_TIME,
            f"{schedule.time_zone!r} is not an IANA time zone.",
            field=("schedule", "timeZone"),
        ) from wrong


def _is_skipped(wall: datetime, instant: datetime, zone: ZoneInfo) -> bool:
    return instant.astimezone(zone).replace(tzinfo=None) != wall
