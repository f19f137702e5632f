"""Calendar feeds: kept by id, and written as iCalendar (RFC 5545, RFC 7986)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from collections.abc import Mapping as Rows
from datetime import timedelta
from typing import Any, Final

from icalendar import Calendar, Event
from pymongo.errors import PyMongoError

from chassis.errors import Unavailable
from chassis.mongo.mapping import Mapping
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase
from services.graphql_gateway.application.feeds.read_feed import FeedPage
from services.graphql_gateway.domain.calendar import CalendarStanding
from services.graphql_gateway.domain.calendar_feed import CalendarFeed
from services.graphql_gateway.execution.bindings import Row

FRESH: Final = timedelta(minutes=15)
_TENTATIVE: Final = frozenset({CalendarStanding.PLANNED, CalendarStanding.COMING})


class StoredFeeds:
    """One find by primary key."""

    def __init__(self, database: GuardedDatabase, mapping: Mapping[CalendarFeed]) -> None:
        self._database, self._mapping = database, mapping

    def by_id(self, ident: str) -> CalendarFeed | None:
        """The feed, whoever's it is. Raises Unavailable."""
        feeds = cross(self._database, Crossing.BY_SECRET, self._mapping.collection)
        try:
            row: dict[str, Any] | None = feeds.find_one({"_id": ident}, max_time_ms=2_000)
        except PyMongoError as error:
            message = "feeds cannot be read"
            raise Unavailable(message) from error
        return self._mapping.from_stored(row) if row else None


def written(page: FeedPage) -> bytes:
    """The whole feed; the library folds and escapes."""
    made = Calendar()
    made.add("prodid", "-//Rostrum//Calendar//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", _plain(page.name))
    made.add("x-wr-calname", _plain(page.name))
    made.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    for entry in page.entries:
        made.add_component(_event(page, entry))
    for window in page.windows:
        made.add_component(_closed(page, window))
    found: bytes = made.to_ical()
    return found


def _event(page: FeedPage, entry: Row) -> Event:
    event = Event()
    event.add("uid", f"{entry['content_id'] or entry['series_id']}-{_place(entry)}@rostrum")
    event.add("dtstamp", page.at)
    event.add("dtstart", entry["at"])
    channels = ", ".join(page.channels.get(c, "a channel") for c in entry["channel_ids"])
    event.add("summary", _plain(f"[{entry['standing']}] {entry['title']} ({channels})"))
    event.add("description", _plain("\n".join(_told(page, entry))))
    event.add("status", "TENTATIVE" if entry["standing"] in _TENTATIVE else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if entry["tags"]:
        event.add("categories", [_plain(tag) for tag in entry["tags"]])
    return event


def _place(entry: Row) -> str:
    """An item is one event wherever it moves; an occurrence to come is one for each time."""
    return "item" if entry["content_id"] else entry["at"].strftime("%Y%m%dT%H%M%SZ")


def _told(page: FeedPage, entry: Row) -> Iterator[str]:
    yield f"{page.units.get(entry['unit_id'], '')}: {entry['wall_time']} {entry['time_zone']}"
    said = (entry["said_wall_time"], entry["said_time_zone"])
    if said[0] and said[1] != entry["time_zone"]:
        yield f"As it was asked for: {said[0]} {said[1]}"
    if entry["note"]:
        yield entry["note"]
    for other in entry["conflicts"]:
        channel = page.channels.get(other["channel_id"], "a channel")
        yield f"Conflict: another post on {channel} is {other['minutes']} minutes away."
    reasons = {row["_id"]: row["reason"] for row in page.windows}
    for ident in entry["window_ids"]:
        yield f"The calendar is closed then: {reasons.get(ident, '')}"


def _closed(page: FeedPage, window: Rows[str, Any]) -> Event:
    event = Event()
    event.add("uid", f"{window['_id']}-window@rostrum")
    event.add("dtstamp", page.at)
    event.add("dtstart", window["starts_at"])
    event.add("dtend", window["ends_at"])
    event.add("summary", _plain(f"{window['kind']}: {window['reason']}"))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event


def _plain(text: str) -> str:
    """Without controls, which no TEXT value may hold (RFC 5545, 3.3.11), but for line ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")
    )
