"""What a secret link shows: the calendar of a quarter past and of most of a year to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import msgspec

from chassis.ports import Clock
from contracts.refusals import not_found
from services.graphql_gateway.domain import calendar as days
from services.graphql_gateway.domain.calendar_feed import CalendarFeed, feed_parts
from services.graphql_gateway.domain.credentials import matches

PAST: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=300)


class Feeds(Protocol):
    """Feeds by their id, across organizations: the feed says which one it belongs to."""

    def by_id(self, ident: str) -> CalendarFeed | None:
        """The feed, whoever's it is. Raises Unavailable."""
        ...


class FeedRows(Protocol):
    """Reads what a feed may see, with the eyes of its person today."""

    def known(self, feed: CalendarFeed, asked: days.Asked) -> days.Known | None:
        """Rows of the span; None if its person may not see any content any more."""
        ...

    def channel_names(self, org_id: str) -> dict[str, str]:
        """Names of channels by id."""
        ...


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is written: entries and windows as the calendar has them, and names by id."""

    name: str
    at: datetime
    entries: list[dict[str, Any]]
    windows: list[Mapping[str, Any]]
    channels: dict[str, str]
    units: dict[str, str]


class FeedDesk:
    """Opens feeds. NotFound alike for what never was, was ended, or whose person sees nothing."""

    def __init__(self, feeds: Feeds, rows: FeedRows, clock: Clock) -> None:
        self._feeds, self._rows, self._clock = feeds, rows, clock

    def page(self, token: str) -> FeedPage:
        """The feed of a token. Raises Refusal NotFound, Unavailable."""
        feed = self._open(token)
        now = self._clock.now()
        asked = days.Asked(start=now - PAST, end=now + AHEAD)
        known = self._rows.known(feed, asked)
        if known is None:
            raise _nothing()
        found = days.calendar(_narrowed(feed, asked, known), known)
        return FeedPage(
            name=feed.name,
            at=now,
            entries=found["entries"],
            windows=list(known.windows),
            channels=self._rows.channel_names(feed.org_id),
            units={row["_id"]: row["name"] for row in known.units},
        )

    def _open(self, token: str) -> CalendarFeed:
        found = feed_parts(token)
        feed = self._feeds.by_id(found[0]) if found else None
        if feed is None or found is None or feed.revoked_at is not None:
            raise _nothing()
        if not matches(found[1], feed.secret_hash):
            raise _nothing()
        return feed


def _nothing() -> Exception:
    return not_found("calendar", "")


def _narrowed(feed: CalendarFeed, asked: days.Asked, known: days.Known) -> days.Asked:
    units = days.subtrees(feed.unit_ids, known.units) if feed.unit_ids else None
    channels = frozenset(feed.channel_ids) if feed.channel_ids else None
    return msgspec.structs.replace(asked, unit_ids=units, channel_ids=channels)
