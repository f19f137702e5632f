"""Mutations and subscriptions of the area corrections."""

from __future__ import annotations

from typing import Final

from contracts.topics import Topic
from contracts.workflow.corrections import (
    AcceptCorrection,
    ApproveCorrection,
    AssessCorrection,
    CloseCorrection,
    DismissCorrection,
    DraftCorrection,
    ReportMistake,
    ReturnCorrection,
    SettleCorrectionTask,
)
from contracts.workflow.holds import LiftLegalHold, SetLegalHold
from services.graphql_gateway.execution.bindings import Act, Stream

_RETURNS: Final = ("correction", "Correction")
_HOLD: Final = ("legalHold", "LegalHold")

MUTATIONS: Final[dict[str, Act]] = {
    "mistakeReport": Act(ReportMistake, *_RETURNS, "Say that something live is wrong."),
    "correctionAssess": Act(
        AssessCorrection, *_RETURNS, "Say what kind of mistake it is, and how grave."
    ),
    "correctionDismiss": Act(
        DismissCorrection, *_RETURNS, "Say that it was no mistake, or needs nothing."
    ),
    "correctionDraft": Act(DraftCorrection, *_RETURNS, "Say how it shall be put right."),
    "correctionReturn": Act(ReturnCorrection, *_RETURNS, "Send a draft back."),
    "correctionApprove": Act(
        ApproveCorrection, *_RETURNS, "Approve a draft by the short route; it is applied at once."
    ),
    "correctionAccept": Act(
        AcceptCorrection, *_RETURNS, "Let what could not be applied stay so, and say why."
    ),
    "correctionClose": Act(CloseCorrection, *_RETURNS, "Say what was learned."),
    "correctionTaskSettle": Act(
        SettleCorrectionTask,
        "task",
        "CorrectionTask",
        "Say that the unit put it right too, or why it does not.",
    ),
    "legalHoldSet": Act(SetLegalHold, *_HOLD, "Keep what an item said where it is, for a matter."),
    "legalHoldLift": Act(LiftLegalHold, *_HOLD, "End a hold."),
}

SUBSCRIPTIONS: Final[dict[str, Stream]] = {
    "correctionChanged": Stream(
        Topic.CONTENT,
        "correction",
        "Correction",
        "Corrections in sight as they move. After `Resync` some was missed: read again.",
    ),
}
