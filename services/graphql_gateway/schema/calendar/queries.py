"""Root fields of the area calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contracts.permissions import Permission
from services.graphql_gateway.domain import calendar as days
from services.graphql_gateway.execution.beside import Beside
from services.graphql_gateway.execution.bindings import (
    Argument,
    ById,
    FieldBinding,
    Folded,
    Kind,
    Many,
    Row,
)

SEES: Final = Permission.CONTENT_READ
ITEM_FIELDS: Final = (
    "state", "due_at", "planned_at", "wall_time", "time_zone", "unit_id", "channel_ids", "variants",
    "tags", "notes", "series_id",
)  # fmt: skip
WINDOW_FIELDS: Final = (
    "org_id", "kind", "scope", "scope_id", "starts_at", "ends_at", "starts_wall", "ends_wall",
    "time_zone", "ends_zone", "reason", "tags", "exempt_content_ids", "exempt_channel_ids",
    "exempt_unit_ids", "added_by", "is_active", "ended_at", "ended_by", "end_reason",
)  # fmt: skip
UNIT_FIELDS: Final = ("parent_id", "time_zone", "name")
SERIES_FIELDS: Final = ("unit_id", "channel_ids", "ahead", "variants", "tags")


def _items(args: Mapping[str, Any]) -> Row:
    wanted = days.asked(args)
    return days.items_between(wanted.start, wanted.end)


def _windows(args: Mapping[str, Any]) -> Row:
    wanted = days.asked(args)
    return days.windows_between(wanted.start, wanted.end)


def _all(_args: Mapping[str, Any]) -> Row:
    return {}


def _going(_args: Mapping[str, Any]) -> Row:
    return {"state": "active"}


def _fold(rows: Sequence[Row], args: Mapping[str, Any]) -> Row:
    known = days.Known(
        items=rows,
        windows=args["windows"],
        units=args["units"],
        series=_seen(args["series"], args),
        settings=args["settings"],
    )
    return days.calendar(days.asked(args), known)


def _seen(series: Sequence[Row], args: Mapping[str, Any]) -> list[Row]:
    """Occurrences to come are in sight where the items will be."""
    viewer = args["viewer"]
    return [
        row
        for row in series
        if any(viewer.may(SEES, row["unit_id"], channel) for channel in row["channel_ids"])
    ]


QUERIES: Final[dict[str, FieldBinding]] = {
    "calendar": Folded(
        source="ContentItem",
        type="Calendar",
        reads=ITEM_FIELDS,
        arguments={
            "from": Argument(Kind.TIME, "First instant, included.", is_required=True),
            "to": Argument(Kind.TIME, "Last instant, not included.", is_required=True),
            "unitId": Argument(Kind.ID, "Of this unit only.", ref="Unit"),
            "channelId": Argument(Kind.ID, "On this channel only.", ref="Channel"),
        },
        where=_items,
        fold=_fold,
        description="What is planned, scheduled and out over all units, between two instants.",
        most=10_000,
        for_viewer=True,
        beside={
            "windows": Beside("CalendarWindow", WINDOW_FIELDS, _windows),
            "units": Beside("Unit", UNIT_FIELDS, _all),
            "series": Beside("ContentSeries", SERIES_FIELDS, _going),
            "settings": Beside("CalendarSettings", ("gap_minutes",), _all),
        },
    ),
    "calendarWindows": Many(
        "CalendarWindow", "Windows, the latest first.", order="starts_at", is_descending=True
    ),
    "calendarWindow": ById("CalendarWindow", "One window."),
    "calendarSettings": Many("CalendarSettings", "How the calendar is kept; one, once it was set."),
    "contentSeries": Many("ContentSeries", "Posts that come again."),
    "contentSeriesById": ById("ContentSeries", "One series."),
}
