"""Use cases of trust: routes, the ledger, seats and crisis levels."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow.trust import (
    AssignSeat,
    EndSeat,
    ReportIncident,
    SetCrisisLevel,
    SetReviewRoutes,
)
from services.workflow.application.governance.target import TargetOf, whole_organization
from services.workflow.application.trust import report_incident, seats
from services.workflow.application.trust.settings import set_crisis_level, set_review_routes
from services.workflow.application.trust.standings import RECORD_TIMER, look_again

HANDLERS: Final[dict[type[Command], UseCase]] = {
    SetReviewRoutes: set_review_routes,
    SetCrisisLevel: set_crisis_level,
    AssignSeat: seats.assign_seat,
    EndSeat: seats.end_seat,
    ReportIncident: report_incident.report_incident,
}
TARGETS: Final[dict[type[Command], TargetOf]] = {
    SetReviewRoutes: whole_organization,
    SetCrisisLevel: whole_organization,
    AssignSeat: seats.target_of_new,
    EndSeat: seats.target_of_seat,
    ReportIncident: report_incident.target_of,
}
TIMERS: Final[dict[str, TimerHandler]] = {RECORD_TIMER: look_again}
