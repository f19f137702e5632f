"""The calendar: what is planned, scheduled and out between two instants, and what is wrong with it.

Every entry has its instant and the wall time of its unit's zone beside what its author said. Two
posts on one channel nearer than the organization's gap are a conflict of both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from contracts.closing import Publication, holds
from contracts.refusals import Refusal, RefusalCode
from contracts.views.calendar import CalendarWindowView

Row = Mapping[str, Any]

GAP_MINUTES: Final = 60
"""Holds until the organization sets its own."""
LONGEST_GAP: Final = timedelta(days=1)
LONGEST_SPAN: Final = timedelta(days=400)
MOST_ENTRIES: Final = 5_000
SHOWN: Final = 140


class CalendarStanding(StrEnum):
    """Where an entry stands, as far as a calendar is concerned.

    ``planned``: proposed, not approved yet; ``coming``: an occurrence that its series has not made;
    ``unsettled``: its time came and it is not (all) out.
    """

    PLANNED = "planned"
    COMING = "coming"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    UNSETTLED = "unsettled"


class ConflictPart(msgspec.Struct):
    """Another entry that is too near on the same channel."""

    channel_id: str
    content_id: str | None
    at: datetime
    minutes: int


class CalendarEntryPart(msgspec.Struct):
    """One item, or one occurrence to come, at its time."""

    at: datetime
    standing: CalendarStanding
    wall_time: str
    time_zone: str
    said_wall_time: str | None
    said_time_zone: str | None
    note: str
    title: str
    content_id: str | None
    series_id: str | None
    unit_id: str
    channel_ids: list[str]
    window_ids: list[str]
    conflicts: list[ConflictPart]


class CalendarPart(msgspec.Struct):
    """A span of the calendar."""

    starts_at: datetime
    ends_at: datetime
    gap_minutes: int
    entries: list[CalendarEntryPart]
    window_ids: list[str]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the calendar: from the start on, until just before the end."""

    start: datetime
    end: datetime
    unit_ids: frozenset[str] | None = None
    channel_ids: frozenset[str] | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the read contracts that make a calendar."""

    items: Sequence[Row]
    windows: Sequence[Row]
    units: Sequence[Row]
    series: Sequence[Row]
    settings: Sequence[Row]


def asked(args: Mapping[str, Any]) -> Asked:
    """Refuses spans that are none, or longer than 400 days."""
    start, end = args["from"].astimezone(UTC), args["to"].astimezone(UTC)
    if end <= start:
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "It ends before it begins.", field=("to",))
    if end - start > LONGEST_SPAN:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT, "A calendar shows 400 days at most.", field=("to",)
        )
    return Asked(
        start=start, end=end, unit_ids=_one(args, "unitId"), channel_ids=_one(args, "channelId")
    )


def _one(args: Mapping[str, Any], name: str) -> frozenset[str] | None:
    return None if args.get(name) is None else frozenset({args[name]})


def items_between(start: datetime, end: datetime) -> dict[str, Any]:
    """The filter of posts with a time, or a plan, in the span and a day around it for conflicts."""
    around = {"$gte": start - LONGEST_GAP, "$lt": end + LONGEST_GAP}
    return {
        "kind": {"$ne": "reply"},
        "state": {"$ne": "archived"},
        "$or": [{"due_at": around}, {"due_at": None, "planned_at": around}],
    }


def windows_between(start: datetime, end: datetime) -> dict[str, Any]:
    """The filter of windows that close any part of the span."""
    return {"is_active": True, "starts_at": {"$lt": end}, "ends_at": {"$gt": start}}


def calendar(wanted: Asked, known: Known) -> dict[str, Any]:
    """The shape of CalendarPart, entries in the order of their time."""
    gap = next((row["gap_minutes"] for row in known.settings), GAP_MINUTES)
    places = {row["_id"]: row for row in known.units}
    found = [*_entries(known.items, places), *_coming(known.series, places)]
    found.sort(key=lambda entry: (entry["at"], entry["content_id"] or "", entry["series_id"] or ""))
    _mark_conflicts(found, timedelta(minutes=gap))
    windows = [_window(row) for row in known.windows]
    shown = [entry for entry in found if _is_wanted(entry, wanted)]
    if len(shown) > MOST_ENTRIES:
        sentence = f"There are more than {MOST_ENTRIES} entries: ask for fewer days."
        raise Refusal(RefusalCode.QUERY_TOO_LARGE, sentence, data={"limit": MOST_ENTRIES})
    for entry in shown:
        entry["window_ids"] = list(_closing(entry, windows, places))
    return {
        "starts_at": wanted.start,
        "ends_at": wanted.end,
        "gap_minutes": gap,
        "entries": shown,
        "window_ids": [window.id for window in windows],
    }


def _is_wanted(entry: Row, wanted: Asked) -> bool:
    return (
        wanted.start <= entry["at"] < wanted.end
        and (wanted.unit_ids is None or entry["unit_id"] in wanted.unit_ids)
        and (wanted.channel_ids is None or bool(wanted.channel_ids & set(entry["channel_ids"])))
    )


def _entries(items: Iterable[Row], places: Mapping[str, Row]) -> Iterator[dict[str, Any]]:
    for row in items:
        at = row.get("due_at") or row["planned_at"]
        yield _entry(
            at,
            places.get(row["unit_id"], {}),
            standing=_standing(row).value,
            said_wall_time=row.get("wall_time") if row.get("due_at") else None,
            said_time_zone=row.get("time_zone") if row.get("due_at") else None,
            title=_title(row),
            content_id=row["_id"],
            series_id=row.get("series_id"),
            unit_id=row["unit_id"],
            channel_ids=list(row["channel_ids"]),
            tags=row.get("tags") or [],
            said_note=row.get("notes") or "" if row.get("series_id") else "",
        )


def _coming(series: Iterable[Row], places: Mapping[str, Row]) -> Iterator[dict[str, Any]]:
    for row in series:
        for one in row["ahead"]:
            yield _entry(
                one["due_at"],
                places.get(row["unit_id"], {}),
                standing=CalendarStanding.COMING.value,
                said_wall_time=one["schedule"]["wall_time"],
                said_time_zone=one["schedule"]["time_zone"],
                title=_title(row),
                content_id=None,
                series_id=row["_id"],
                unit_id=row["unit_id"],
                channel_ids=list(row["channel_ids"]),
                tags=row.get("tags") or [],
                said_note=one["note"],
            )


def _entry(at: datetime, unit: Row, *, said_note: str, **rest: Any) -> dict[str, Any]:
    zone = unit.get("time_zone") or "UTC"
    wall, note = wall_time(at, zone)
    return {
        "at": at,
        "wall_time": wall,
        "time_zone": zone,
        "note": said_note or note,
        "window_ids": [],
        "conflicts": [],
        **rest,
    }


def wall_time(at: datetime, zone: str) -> tuple[str, str]:
    """What the clocks of the zone show, and a note where they show it twice."""
    place = ZoneInfo(zone)
    local = at.astimezone(place)
    other = local.replace(fold=1 - local.fold)
    shown = local.replace(tzinfo=None).isoformat(timespec="minutes")
    if other.astimezone(UTC) == at:
        return shown, ""
    which = "second" if local.fold else "first"
    return shown, f"{shown} happens twice in {zone}: this is the {which} time."


_STANDINGS: Final = {
    "scheduled": CalendarStanding.SCHEDULED,
    "published": CalendarStanding.PUBLISHED,
}


def _standing(row: Row) -> CalendarStanding:
    if row.get("due_at") is None:
        return CalendarStanding.PLANNED
    return _STANDINGS.get(row["state"], CalendarStanding.UNSETTLED)


def _title(row: Row) -> str:
    text = " ".join(str(row["variants"][0]["text"]).split()) if row["variants"] else ""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"


def _mark_conflicts(entries: Sequence[dict[str, Any]], gap: timedelta) -> None:
    """Entries are in order of time: only those right after one can be too near to it."""
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        for channel_id in entry["channel_ids"]:
            lines[channel_id].append(entry)
    for channel_id, line in lines.items():
        for place, entry in enumerate(line):
            for other in _nearest(line[place + 1 :], entry, gap):
                entry["conflicts"].append(_conflict(channel_id, entry, other))
                other["conflicts"].append(_conflict(channel_id, other, entry))


def _nearest(
    later: Iterable[dict[str, Any]], entry: Row, gap: timedelta
) -> Iterator[dict[str, Any]]:
    return takewhile(lambda other: other["at"] - entry["at"] < gap, later)


def _conflict(channel_id: str, entry: Row, other: Row) -> dict[str, Any]:
    return {
        "channel_id": channel_id,
        "content_id": other["content_id"],
        "at": other["at"],
        "minutes": int(abs(other["at"] - entry["at"]).total_seconds()) // 60,
    }


def _window(row: Row) -> CalendarWindowView:
    return msgspec.convert({**row, "id": row["_id"]}, CalendarWindowView)


def _closing(
    entry: Row, windows: Iterable[CalendarWindowView], places: Mapping[str, Row]
) -> Iterator[str]:
    """The windows that keep the entry from going out; what is out is out."""
    if entry["standing"] == CalendarStanding.PUBLISHED:
        return
    lineage = _lineage(entry["unit_id"], places)
    asked_of = [
        Publication(
            content_id=entry["content_id"] or "",
            channel_id=channel_id,
            lineage=lineage,
            tags=tuple(entry["tags"]),
        )
        for channel_id in entry["channel_ids"]
    ]
    for window in windows:
        if any(holds(window, each, entry["at"]) for each in asked_of):
            yield window.id


def subtrees(unit_ids: Iterable[str], units: Iterable[Row]) -> frozenset[str]:
    """These units, with all below them."""
    places, roots = {row["_id"]: row for row in units}, set(unit_ids)
    return frozenset(ident for ident in places if roots & set(_lineage(ident, places)))


def _lineage(unit_id: str | None, places: Mapping[str, Row]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    while unit_id is not None and unit_id not in seen and unit_id in places:
        seen[unit_id] = None
        unit_id = places[unit_id].get("parent_id")
    return tuple(seen)
