"""The calendar: windows in which nothing goes out, its settings, and posts that come again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from contracts.commands import Command, Done, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission, ScopeKind
from contracts.topics import Topic
from contracts.workflow.content import Schedule, TopicRisk, Variant


class WindowKind(StrEnum):
    """Blackout: nothing goes out. Embargo: nothing goes out that carries one of its tags."""

    BLACKOUT = "blackout"
    EMBARGO = "embargo"


class SeriesState(StrEnum):
    """A series makes occurrences until it is ended, or until its rule has no more."""

    ACTIVE = "active"
    ENDED = "ended"


class OddTime(StrEnum):
    """What the clocks do to a wall time: skip it, or show it twice."""

    SKIPPED = "skipped"
    DOUBLED = "doubled"


@fact(Topic.ORGANIZATIONS)
class WindowAdded(Fact, frozen=True, kw_only=True):
    """Between these instants publications wait. Aggregate: the window (for the three here)."""

    window_id: str
    kind: WindowKind
    scope: ScopeKind
    scope_id: str | None
    starts_at: datetime
    ends_at: datetime
    reason: str
    tags: tuple[str, ...] = ()


@fact(Topic.ORGANIZATIONS)
class WindowChanged(Fact, frozen=True, kw_only=True):
    """Other times, another reach or another reason."""

    window_id: str
    scope: ScopeKind
    scope_id: str | None
    starts_at: datetime
    ends_at: datetime
    reason: str
    tags: tuple[str, ...] = ()


@fact(Topic.ORGANIZATIONS)
class WindowEnded(Fact, frozen=True, kw_only=True):
    """It holds nothing any more: a person removed it, or its time is over (``ended_by`` None)."""

    window_id: str
    reason: str
    ended_by: str | None


@fact(Topic.ORGANIZATIONS)
class CalendarSet(Fact, frozen=True, kw_only=True):
    """How the organization keeps its calendar. Aggregate: the calendar's settings."""

    gap_minutes: int
    reuses_approval: bool


@fact(Topic.ORGANIZATIONS)
class SeriesStarted(Fact, frozen=True, kw_only=True):
    """Something shall be said again and again. Aggregate: the series (here and below)."""

    series_id: str
    unit_id: str
    channel_ids: tuple[str, ...]
    author_id: str
    rule: str
    wall_time: str
    time_zone: str


@fact(Topic.ORGANIZATIONS)
class OccurrenceMade(Fact, frozen=True, kw_only=True):
    """The next occurrence is an item of its own; ``odd``: its wall time was skipped or doubled."""

    series_id: str
    content_id: str
    number: int
    due_at: datetime
    odd: OddTime | None


@fact(Topic.ORGANIZATIONS)
class SeriesEnded(Fact, frozen=True, kw_only=True):
    """No more occurrences; those that exist stay. ``ended_by`` None: the rule has no more."""

    series_id: str
    reason: str
    ended_by: str | None


@command("workflow", Permission.CALENDAR_MANAGE)
class AddWindow(Command, frozen=True, kw_only=True):
    """Close the calendar between two wall times of one zone, for the organization or a part of it.

    A blackout refuses schedules inside it and holds what is due inside it; an embargo does so for
    items that carry one of its ``tags``. A unit stands for its subtree, as scope and as exemption.
    """

    kind: WindowKind
    scope: ScopeKind
    starts: Schedule
    ends: Schedule
    reason: str
    scope_id: str | None = None
    tags: tuple[str, ...] = ()
    exempt_content_ids: tuple[str, ...] = ()
    exempt_channel_ids: tuple[str, ...] = ()
    exempt_unit_ids: tuple[str, ...] = ()


@command("workflow", Permission.CALENDAR_MANAGE)
class ChangeWindow(Command, frozen=True, kw_only=True):
    """Change what is named; what is left out stays."""

    window_id: str
    starts: Schedule | None = None
    ends: Schedule | None = None
    reason: str | None = None
    tags: tuple[str, ...] | None = None
    exempt_content_ids: tuple[str, ...] | None = None
    exempt_channel_ids: tuple[str, ...] | None = None
    exempt_unit_ids: tuple[str, ...] | None = None


@command("workflow", Permission.CALENDAR_MANAGE)
class RemoveWindow(Command, frozen=True, kw_only=True):
    """End a window; what it held goes out at each channel's rate, if it is not too late."""

    window_id: str
    reason: str


@command("workflow", Permission.CALENDAR_MANAGE)
class SetCalendar(Command, frozen=True, kw_only=True):
    """How near two posts on one channel are a conflict, and whether a series keeps its approval."""

    gap_minutes: int
    reuses_approval: bool = False


@command("workflow", Permission.CONTENT_WRITE, Done)
class StartSeries(Command, frozen=True, kw_only=True):
    """Say the same again and again, at a wall time that follows the clocks of its zone.

    ``rule`` is a subset of RFC 5545: FREQ (DAILY, WEEKLY, MONTHLY, YEARLY) with INTERVAL, BYDAY,
    BYMONTHDAY, BYMONTH, BYSETPOS, and COUNT or UNTIL (a date). ``schedule`` is the first occurrence;
    each is an item of its own, made and submitted ``lead_days`` before it is due.
    """

    unit_id: str
    variants: tuple[Variant, ...]
    schedule: Schedule
    rule: str
    topic_risk: TopicRisk = TopicRisk.R2
    topic: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    lead_days: int = 14


@command("workflow", Permission.CONTENT_WRITE, Done)
class EndSeries(Command, frozen=True, kw_only=True):
    """No more occurrences are made; those that exist are items like any other."""

    series_id: str
    reason: str
