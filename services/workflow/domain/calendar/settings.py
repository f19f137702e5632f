"""How an organization keeps its calendar."""

from __future__ import annotations

from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.workflow.calendar import SetCalendar
from services.workflow.domain import wording

GAP_MINUTES: Final = 60
LONGEST_GAP: Final = 24 * 60


class CalendarSettings(Entity, frozen=True, kw_only=True):
    """One for each organization, under a derived id; without one these defaults hold.

    Two posts on one channel less than ``gap_minutes`` apart are a conflict. ``reuses_approval``: an
    occurrence of a series whose words were approved, and still are, needs no new review.
    """

    gap_minutes: int = GAP_MINUTES
    reuses_approval: bool = False


def with_wish(settings: CalendarSettings, command: SetCalendar) -> CalendarSettings:
    """Refuses gaps that are none, or longer than a day."""
    if not 0 <= command.gap_minutes <= LONGEST_GAP:
        raise wording.invalid(f"A gap has 0 to {LONGEST_GAP} minutes.", "gapMinutes")
    return msgspec.structs.replace(
        settings, gap_minutes=command.gap_minutes, reuses_approval=command.reuses_approval
    )
