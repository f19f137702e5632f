"""The settings of the organization's calendar."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.calendar import CalendarSet, SetCalendar
from services.workflow.domain.calendar.settings import CalendarSettings, with_wish


def calendar_of(work: Work) -> CalendarSettings:
    """What holds in this organization."""
    ident = work.ids.derived("calendar", work.org_id)
    known = work.first(CalendarSettings, id=ident)
    return known or CalendarSettings(id=ident, org_id=work.org_id)


def set_calendar(command: SetCalendar, work: Work) -> Done:
    """It holds for what is shown, and what is made, from now on."""
    after = with_wish(calendar_of(work), command)
    said = CalendarSet(gap_minutes=after.gap_minutes, reuses_approval=after.reuses_approval)
    stored = work.save(after, said) if after.rev else work.add(after, said)
    return Done(id=stored.id, rev=stored.rev)
