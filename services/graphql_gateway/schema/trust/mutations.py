"""Mutations of the area trust."""

from __future__ import annotations

from typing import Final

from contracts.workflow.trust import (
    AssignSeat,
    EndSeat,
    ReportIncident,
    SetCrisisLevel,
    SetReviewRoutes,
)
from services.graphql_gateway.execution.bindings import Act

_SETTINGS: Final = ("reviewSettings", "ReviewSettings")

MUTATIONS: Final[dict[str, Act]] = {
    "reviewRoutesSet": Act(
        SetReviewRoutes,
        *_SETTINGS,
        "Replace the ordered routes of review; the first match decides.",
    ),
    "crisisLevelSet": Act(
        SetCrisisLevel, *_SETTINGS, "Declare a crisis, or its end. Above 0 nothing goes out unread."
    ),
    "seatAssign": Act(AssignSeat, "seatAssignment", "SeatAssignment", "Give a person a seat."),
    "seatEnd": Act(EndSeat, "seatAssignment", "SeatAssignment", "Take a seat back."),
    "incidentReport": Act(
        ReportIncident,
        "contentItem",
        "ContentItem",
        "Say that something that went out was wrong; half as grave if its author says so first.",
    ),
}
