"""Rows of a calendar feed, through the engine's own reader and the schema's own scopes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from chassis.ports import Actor, ActorKind
from contracts.views import View
from contracts.views.workflow import ChannelView
from services.graphql_gateway.application.viewers import Viewers
from services.graphql_gateway.domain import calendar as days
from services.graphql_gateway.domain.calendar_feed import CalendarFeed, FeedOf
from services.graphql_gateway.execution.bindings import Row
from services.graphql_gateway.execution.reading import Find, OrgReader, Reader, both, visible
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.schema.calendar import queries as fields

MOST: Final = 10_000


class ViewFeedRows:
    """What the person of a feed may see today; the organization's own sees all of it."""

    def __init__(self, reader: Reader, viewers: Viewers, registry: Registry) -> None:
        self._reader, self._viewers, self._registry = reader, viewers, registry

    def known(self, feed: CalendarFeed, asked: days.Asked) -> days.Known | None:
        """See FeedRows."""
        reader = self._reader.of(feed.org_id)
        items = self._sight(feed, reader, "ContentItem")
        series = self._sight(feed, reader, "ContentSeries")
        if items is None or series is None:
            return None
        between = days.items_between(asked.start, asked.end)
        windows = days.windows_between(asked.start, asked.end)
        going = both(series, {"state": "active"})
        return days.Known(
            items=self._read(reader, "ContentItem", both(items, between), fields.ITEM_FIELDS),
            windows=self._read(reader, "CalendarWindow", windows, fields.WINDOW_FIELDS),
            units=self._read(reader, "Unit", {}, fields.UNIT_FIELDS),
            series=self._read(reader, "ContentSeries", going, fields.SERIES_FIELDS),
            settings=self._read(reader, "CalendarSettings", {}, ("gap_minutes",)),
        )

    def channel_names(self, org_id: str) -> dict[str, str]:
        """See FeedRows."""
        rows = self._reader.of(org_id).find(Find(ChannelView, {}, frozenset({"name"})))
        return {row["_id"]: row["name"] for row in rows}

    def _read(  # noqa: PLR0917 - one read
        self, reader: OrgReader, name: str, where: Row, wanted: Iterable[str]
    ) -> list[Row]:
        view = cast("type[View]", self._registry[name].view)
        return reader.find(Find(view, where, frozenset(wanted), limit=MOST))

    def _sight(self, feed: CalendarFeed, reader: OrgReader, name: str) -> Row | None:
        if feed.whose is FeedOf.ORGANIZATION:
            return {}
        person = Actor(
            kind=ActorKind.PERSON,
            account_id=feed.account_id,
            org_id=feed.org_id,
            person_id=feed.person_id,
        )

        def channels_in(units: frozenset[str]) -> list[str]:
            where = {"unit_id": {"$in": sorted(units)}}
            return [r["_id"] for r in reader.find(Find(ChannelView, where, frozenset({"_id"})))]

        return visible(self._registry[name], self._viewers.of(person), channels_in)
