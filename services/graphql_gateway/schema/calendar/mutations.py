"""Mutations of the area calendar."""

from __future__ import annotations

from typing import Final

from contracts.workflow.calendar import (
    AddWindow,
    ChangeWindow,
    EndSeries,
    RemoveWindow,
    SetCalendar,
    StartSeries,
)
from contracts.workflow.profiles import DraftProfileChange, EndProfileChange
from services.graphql_gateway.execution.bindings import Act

_WINDOW: Final = ("window", "CalendarWindow")
_SERIES: Final = ("series", "ContentSeries")

MUTATIONS: Final[dict[str, Act]] = {
    "windowAdd": Act(
        AddWindow, *_WINDOW, "Close the calendar, for everything or for some tags, at once."
    ),
    "windowChange": Act(ChangeWindow, *_WINDOW, "Change a window's times, reason or exemptions."),
    "windowRemove": Act(
        RemoveWindow, *_WINDOW, "Open the calendar; what was held goes out at each channel's rate."
    ),
    "calendarSet": Act(
        SetCalendar,
        "settings",
        "CalendarSettings",
        "Say how near is too near, and whether a series keeps its approval.",
    ),
    "profileChangeDraft": Act(
        DraftProfileChange,
        "contentItem",
        "ContentItem",
        "Draft a change of profiles that takes itself back.",
        answer_id="content_id",
    ),
    "profileChangeEnd": Act(
        EndProfileChange, "contentItem", "ContentItem", "Take it back before its time."
    ),
    "seriesStart": Act(StartSeries, *_SERIES, "Say the same again and again, by the wall clock."),
    "seriesEnd": Act(EndSeries, *_SERIES, "No more occurrences; those that were made stay."),
}
