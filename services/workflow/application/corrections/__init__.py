"""Use cases of corrections and legal holds."""

from __future__ import annotations

from typing import Any, Final

from chassis.ports import TimerHandler, UseCase, Work
from contracts.commands import Command
from contracts.workflow import corrections as orders
from contracts.workflow import holds
from services.workflow.application.content.items import target_of_item
from services.workflow.application.corrections.approve import approve_correction
from services.workflow.application.corrections.assess import (
    assess_correction,
    dismiss_correction,
)
from services.workflow.application.corrections.close import accept_correction, close_correction
from services.workflow.application.corrections.draft import draft_correction, return_correction
from services.workflow.application.corrections.holds import lift_legal_hold, set_legal_hold
from services.workflow.application.corrections.report import report_mistake
from services.workflow.application.corrections.tasks import (
    TASK_TIMER,
    settle_correction_task,
    task_is_due,
)
from services.workflow.application.governance.target import Target, TargetOf
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections.correction import Correction, CorrectionTask, LegalHold

HANDLERS: Final[dict[type[Command], UseCase]] = {
    orders.ReportMistake: report_mistake,
    orders.AssessCorrection: assess_correction,
    orders.DismissCorrection: dismiss_correction,
    orders.DraftCorrection: draft_correction,
    orders.ReturnCorrection: return_correction,
    orders.ApproveCorrection: approve_correction,
    orders.AcceptCorrection: accept_correction,
    orders.CloseCorrection: close_correction,
    orders.SettleCorrectionTask: settle_correction_task,
    holds.SetLegalHold: set_legal_hold,
    holds.LiftLegalHold: lift_legal_hold,
}


def _item(content_id: str, work: Work) -> Target:
    return target_of_item(work.get(ContentItem, content_id))


def _named(command: Any, work: Work) -> Target:
    return _item(command.content_id, work)


def _correction(command: Any, work: Work) -> Target:
    return _item(work.get(Correction, command.correction_id).content_id, work)


def _task(command: orders.SettleCorrectionTask, work: Work) -> Target:
    return Target(unit_id=work.get(CorrectionTask, command.task_id).unit_id)


def _hold(command: holds.LiftLegalHold, work: Work) -> Target:
    return _item(work.get(LegalHold, command.hold_id).content_id, work)


TARGETS: Final[dict[type[Command], TargetOf]] = {
    **dict.fromkeys(HANDLERS, _correction),
    orders.ReportMistake: _named,
    holds.SetLegalHold: _named,
    holds.LiftLegalHold: _hold,
    orders.SettleCorrectionTask: _task,
}

TIMERS: Final[dict[str, TimerHandler]] = {TASK_TIMER: task_is_due}
