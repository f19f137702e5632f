"""The calendar of the story: its settings, a window that is over the hills, a series that made one."""

from __future__ import annotations

from datetime import datetime, timedelta

from chassis.ports import Actor
from contracts.permissions import ScopeKind
from contracts.workflow.calendar import AddWindow, SetCalendar, StartSeries, WindowKind
from contracts.workflow.content import Schedule, Variant
from services.workflow.application.calendar.series import series_next
from tests.unit.workflow_organizations.office import AnyOffice


def keep_calendar(
    office: AnyOffice, author: Actor, unit_id: str, *, channel_id: str, now: datetime
) -> None:
    """Everything that the views of the calendar show."""
    office.give(SetCalendar(gap_minutes=30))
    office.give(
        AddWindow(
            kind=WindowKind.EMBARGO,
            scope=ScopeKind.UNIT,
            scope_id=unit_id,
            starts=_in(now, 300),
            ends=_in(now, 301),
            reason="The budget.",
            tags=("budget",),
            exempt_channel_ids=(channel_id,),
        )
    )
    series = office.give(
        StartSeries(
            unit_id=unit_id,
            variants=(Variant(channel_id=channel_id, text="The market is open."),),
            schedule=_in(now, 2),
            rule="FREQ=WEEKLY;COUNT=3",
        ),
        author,
    )
    office.factory.run(office.admin, office.org_id, lambda work: series_next(series.id, work))


def _in(now: datetime, days: int) -> Schedule:
    return Schedule(
        wall_time=f"{(now + timedelta(days=days)).date().isoformat()}T09:30",
        time_zone="Europe/Berlin",
    )
