"""Types of the area calendar."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission, ScopeKind
from contracts.views.calendar import (
    AheadPart,
    CalendarSettingsView,
    CalendarWindowView,
    ContentSeriesView,
    OccurrencePart,
)
from contracts.workflow.calendar import OddTime, SeriesState, WindowKind
from services.graphql_gateway.domain.calendar import (
    CalendarEntryPart,
    CalendarPart,
    CalendarStanding,
    ConflictPart,
)
from services.graphql_gateway.execution.bindings import (
    ANYWHERE,
    Argument,
    Embedded,
    Filter,
    GlobalId,
    Kind,
    Many,
    ObjectBinding,
    Ref,
    Refs,
    Scope,
    Stored,
)

CONFLICT: Final = ObjectBinding(
    "CalendarConflict",
    ConflictPart,
    "Another entry that is too near on the same channel.",
    {
        "channel": Ref("channel_id", "Channel", "Where both go."),
        "contentItem": Ref("content_id", "ContentItem", "The other; null: an occurrence to come."),
        "at": Stored("at", "When the other goes out."),
        "minutes": Stored("minutes", "Whole minutes between the two."),
    },
)

ENTRY: Final = ObjectBinding(
    "CalendarEntry",
    CalendarEntryPart,
    "One item, or one occurrence of a series that is to come, at its time.",
    {
        "at": Stored("at", "The instant."),
        "standing": Stored("standing", "Planned, scheduled or out.", of=CalendarStanding),
        "wallTime": Stored("wall_time", "What the clocks of its unit show then."),
        "timeZone": Stored("time_zone", "The zone of its unit."),
        "saidWallTime": Stored("said_wall_time", "The wall time that was asked for."),
        "saidTimeZone": Stored("said_time_zone", "The zone in which it was asked for."),
        "note": Stored("note", "What the clocks do to its time; empty if nothing."),
        "title": Stored("title", "How its words begin."),
        "contentItem": Ref("content_id", "ContentItem", "The item; null for what is to come."),
        "series": Ref("series_id", "ContentSeries", "The series that it belongs to."),
        "unit": Ref("unit_id", "Unit", "The unit that says it."),
        "channels": Refs("channel_ids", "Channel", "Where it goes.", most=20),
        "windows": Refs("window_ids", "CalendarWindow", "Windows that keep it back.", most=20),
        "conflicts": Embedded("conflicts", "CalendarConflict", "What is too near to it."),
    },
)

CALENDAR: Final = ObjectBinding(
    "Calendar",
    CalendarPart,
    "A span of the calendar.",
    {
        "startsAt": Stored("starts_at", "First instant, included."),
        "endsAt": Stored("ends_at", "Last instant, not included."),
        "gapMinutes": Stored("gap_minutes", "Nearer than this on one channel is a conflict."),
        "entries": Embedded("entries", "CalendarEntry", "Everything in sight, by time."),
        "windows": Refs("window_ids", "CalendarWindow", "Windows that touch the span.", most=50),
    },
)

WINDOW: Final = ObjectBinding(
    "CalendarWindow",
    CalendarWindowView,
    "A time in which nothing goes out, or nothing that carries some tags.",
    {
        "id": GlobalId(),
        "kind": Stored("kind", "About everything, or about its tags.", of=WindowKind),
        "scope": Stored("scope", "How much of the calendar it closes.", of=ScopeKind),
        "unit": Ref("scope_id", "Unit", "The unit, with those below it, where it is about one."),
        "channel": Ref("scope_id", "Channel", "The channel, where it is about one."),
        "startsAt": Stored("starts_at", "First instant, included."),
        "endsAt": Stored("ends_at", "Last instant, not included."),
        "startsWallTime": Stored("starts_wall", "The start as it was said."),
        "startsTimeZone": Stored("time_zone", "The zone of the start."),
        "endsWallTime": Stored("ends_wall", "The end as it was said."),
        "endsTimeZone": Stored("ends_zone", "The zone of the end."),
        "reason": Stored("reason", "Why."),
        "tags": Stored("tags", "What an embargo is about."),
        "exemptItems": Refs("exempt_content_ids", "ContentItem", "Items that go out.", most=50),
        "exemptChannels": Refs("exempt_channel_ids", "Channel", "Channels that go on.", most=50),
        "exemptUnits": Refs("exempt_unit_ids", "Unit", "Units that go on.", most=50),
        "addedBy": Ref("added_by", "Person", "Who closed the calendar."),
        "isActive": Stored("is_active", "Whether nobody and no time has ended it."),
        "endedAt": Stored("ended_at", "When it ended."),
        "endedBy": Ref("ended_by", "Person", "Who ended it; null: its time was over."),
        "endReason": Stored("end_reason", "Why it ended."),
    },
    permission=Permission.CONTENT_READ,
    scope=ANYWHERE,
    is_node=True,
    filters={"isActive": Filter("is_active", Argument(Kind.TRUTH, "In force, or over."))},
    sorts={"STARTS_AT": "starts_at"},
)

SETTINGS: Final = ObjectBinding(
    "CalendarSettings",
    CalendarSettingsView,
    "How the organization keeps its calendar.",
    {
        "id": GlobalId(),
        "gapMinutes": Stored("gap_minutes", "Nearer than this on one channel is a conflict."),
        "reusesApproval": Stored(
            "reuses_approval", "Whether the same words of a series need no second approval."
        ),
    },
    permission=Permission.CONTENT_READ,
    scope=ANYWHERE,
    is_node=True,
)

OCCURRENCE: Final = ObjectBinding(
    "SeriesOccurrence",
    OccurrencePart,
    "One item that a series made.",
    {
        "number": Stored("number", "Counts from 1."),
        "contentItem": Ref("content_id", "ContentItem", "The item."),
        "wallTime": Stored("wall_time", "When, in the zone of the series."),
        "dueAt": Stored("due_at", "The instant."),
        "odd": Stored("odd", "What the clocks do to its time.", of=OddTime),
        "note": Stored("note", "The same as a sentence."),
        "outcome": Stored("outcome", "How it went on."),
    },
)

AHEAD: Final = ObjectBinding(
    "SeriesAhead",
    AheadPart,
    "One occurrence to come.",
    {
        "number": Stored("number", "Counts from 1."),
        "wallTime": Stored("schedule.wall_time", "When, in the zone of the series."),
        "dueAt": Stored("due_at", "The instant."),
        "odd": Stored("odd", "What the clocks do to its time.", of=OddTime),
        "note": Stored("note", "The same as a sentence."),
    },
)

SERIES: Final = ObjectBinding(
    "ContentSeries",
    ContentSeriesView,
    "The same words again and again, each time as an item of its own.",
    {
        "id": GlobalId(),
        "state": Stored("state", "Whether it goes on.", of=SeriesState),
        "rule": Stored("rule", "When it comes again (RFC 5545)."),
        "wallTime": Stored("wall_time", "The first time, in its zone."),
        "timeZone": Stored("time_zone", "The zone whose clocks it follows."),
        "leadDays": Stored("lead_days", "How many days ahead an item is made."),
        "made": Stored("made", "How many have been made, or have passed."),
        "tags": Stored("tags", "Tags of every occurrence."),
        "author": Ref("author_id", "Person", "Whose words they are."),
        "unit": Ref("unit_id", "Unit", "The unit that says it."),
        "channels": Refs("channel_ids", "Channel", "Where it goes.", most=20),
        "recent": Embedded("recent", "SeriesOccurrence", "The last 20 that were made."),
        "ahead": Embedded("ahead", "SeriesAhead", "The next 20."),
        "items": Many("ContentItem", "Every item that it made.", by="series_id", order="_id"),
        "createdAt": Stored("created_at", "When it was started."),
        "endReason": Stored("end_reason", "Why it ended."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(unit="unit_id", channel="channel_ids"),
    is_node=True,
    filters={"unitId": Filter("unit_id", Argument(Kind.ID, "Of this unit.", ref="Unit"))},
)

TYPES: Final = [CONFLICT, ENTRY, CALENDAR, WINDOW, SETTINGS, OCCURRENCE, AHEAD, SERIES]
