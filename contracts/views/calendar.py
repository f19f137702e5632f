"""Read contracts on the calendar of workflow."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.views import View, view
from contracts.workflow.content import Schedule


@view("workflow", "calendar_windows")
class CalendarWindowView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, is_active, _id), (org_id, starts_at, _id)."""

    id: str
    org_id: str
    kind: str
    scope: str
    scope_id: str | None
    starts_at: datetime
    ends_at: datetime
    starts_wall: str
    ends_wall: str
    time_zone: str
    ends_zone: str
    reason: str
    tags: list[str]
    exempt_content_ids: list[str]
    exempt_channel_ids: list[str]
    exempt_unit_ids: list[str]
    added_by: str
    is_active: bool
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str


@view("workflow", "calendar_settings")
class CalendarSettingsView(View, frozen=True, kw_only=True):
    """Index: (org_id, _id)."""

    id: str
    org_id: str
    gap_minutes: int
    reuses_approval: bool


class OccurrencePart(msgspec.Struct, frozen=True, kw_only=True):
    """One item that a series made; ``note`` says what the clocks did to its time, if they did."""

    number: int
    content_id: str
    wall_time: str
    due_at: datetime
    odd: str | None
    note: str
    outcome: str


class AheadPart(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence to come, as it will be."""

    number: int
    due_at: datetime
    schedule: Schedule
    odd: str | None
    note: str


@view("workflow", "content_series")
class ContentSeriesView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, state, _id), (org_id, unit_id, _id)."""

    id: str
    org_id: str
    unit_id: str
    channel_ids: list[str]
    author_id: str
    state: str
    rule: str
    wall_time: str
    time_zone: str
    lead_days: int
    made: int
    recent: list[OccurrencePart]
    ahead: list[AheadPart]
    tags: list[str]
    created_at: datetime
    end_reason: str
