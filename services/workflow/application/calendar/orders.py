"""The use cases of the calendar; apart from the package itself, which content asks while it loads."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow import calendar
from services.workflow.application.calendar import windows
from services.workflow.application.calendar.settings import set_calendar
from services.workflow.application.governance.target import TargetOf, whole_organization

HANDLERS: Final[dict[type[Command], UseCase]] = {
    calendar.AddWindow: windows.add_window,
    calendar.ChangeWindow: windows.change_window,
    calendar.RemoveWindow: windows.remove_window,
    calendar.SetCalendar: set_calendar,
}
TARGETS: Final[dict[type[Command], TargetOf]] = {
    calendar.AddWindow: windows.target_of_new,
    calendar.ChangeWindow: windows.target_of_window,
    calendar.RemoveWindow: windows.target_of_window,
    calendar.SetCalendar: whole_organization,
}
TIMERS: Final[dict[str, TimerHandler]] = {
    windows.END_TIMER: windows.window_end,
    windows.RELEASE_TIMER: windows.window_release,
}
