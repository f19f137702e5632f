"""The use cases of the calendar; apart from the package itself, which content asks while it loads."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow import calendar
from contracts.workflow.profiles import DraftProfileChange, EndProfileChange
from services.workflow.application.calendar import profiles, series, windows
from services.workflow.application.calendar.settings import set_calendar
from services.workflow.application.content.items import target_of_item
from services.workflow.application.deliveries.plan import PROFILE_TIMER
from services.workflow.application.governance.target import TargetOf, whole_organization
from services.workflow.domain.content.item import ContentItem

HANDLERS: Final[dict[type[Command], UseCase]] = {
    calendar.AddWindow: windows.add_window,
    calendar.ChangeWindow: windows.change_window,
    calendar.RemoveWindow: windows.remove_window,
    calendar.SetCalendar: set_calendar,
    calendar.StartSeries: series.start_series,
    calendar.EndSeries: series.end_series,
    DraftProfileChange: profiles.draft_profile_change,
    EndProfileChange: profiles.end_profile_change,
}
TARGETS: Final[dict[type[Command], TargetOf]] = {
    calendar.AddWindow: windows.target_of_new,
    calendar.ChangeWindow: windows.target_of_window,
    calendar.RemoveWindow: windows.target_of_window,
    calendar.SetCalendar: whole_organization,
    calendar.StartSeries: series.target_of_new,
    calendar.EndSeries: series.target_of_series,
    DraftProfileChange: profiles.target_of_new,
    EndProfileChange: lambda command, work: target_of_item(
        work.get(ContentItem, command.content_id)
    ),
}
TIMERS: Final[dict[str, TimerHandler]] = {
    windows.END_TIMER: windows.window_end,
    windows.RELEASE_TIMER: windows.window_release,
    PROFILE_TIMER: profiles.profile_end,
    series.NEXT_TIMER: series.series_next,
    series.SUBMIT_TIMER: series.series_submit,
}
