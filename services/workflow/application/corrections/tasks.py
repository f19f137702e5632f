"""Tasks for the units that passed the wrong words on."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState
from contracts.workflow.corrections import (
    CorrectionTaskOverdue,
    CorrectionTaskSet,
    CorrectionTaskSettled,
    SettleCorrectionTask,
    TaskState,
)
from services.workflow.application.content.items import person_of
from services.workflow.application.ledger.recording import written
from services.workflow.domain import wording
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.amplified import Amplified, amplified
from services.workflow.domain.corrections.correction import (
    Correction,
    CorrectionTarget,
    CorrectionTask,
    Propagation,
)
from services.workflow.domain.corrections.machine import transition

TASK_TIMER: Final = "correction_task"
TASK_DUE: Final = timedelta(hours=48)
LOOK_BACK: Final = timedelta(days=30)
"""How long before the mistake went live others may have said the same."""
MOST_LOOKED_AT: Final = 1000
OUT: Final = (
    ContentState.PUBLISHED,
    ContentState.PARTIALLY_PUBLISHED,
    ContentState.UNCONFIRMED,
    ContentState.PUBLISHING,
)


def set_tasks(
    correction: Correction, targets: tuple[CorrectionTarget, ...], work: Work
) -> tuple[Propagation, ...]:
    """One open task for every other unit that has the same words, or a link to them, out."""
    since = correction.live_at - LOOK_BACK
    states = [state.value for state in OUT]
    out = work.find(ContentItem, state=states, order="-updated_at", limit=MOST_LOOKED_AT)
    others = [i for i in out if i.updated_at >= since and i.id != correction.content_id]
    found = amplified(correction.unit_id, targets, others)
    return tuple(_set(each, correction, work) for each in found)


def _set(found: Amplified, correction: Correction, work: Work) -> Propagation:
    task = CorrectionTask(
        id=work.ids.derived("correction task", correction.id, found.unit_id),
        org_id=work.org_id,
        correction_id=correction.id,
        unit_id=found.unit_id,
        content_ids=found.content_ids,
        why=found.why,
        state=TaskState.OPEN,
        due_at=work.now + TASK_DUE,
        created_at=work.now,
    )
    fact = CorrectionTaskSet(
        task_id=task.id,
        correction_id=correction.id,
        unit_id=task.unit_id,
        content_ids=task.content_ids,
        due_at=task.due_at,
    )
    work.add(task, fact)
    work.start_timer(TASK_TIMER, task.id, task.due_at)
    return Propagation(unit_id=task.unit_id, task_id=task.id)


def settle_correction_task(command: SettleCorrectionTask, work: Work) -> Done:
    """The last one that is settled ends the correction's way through the organization."""
    task = work.get(CorrectionTask, command.task_id)
    if task.state is not TaskState.OPEN:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            f"The task is {task.state.value}.",
            data={"state": task.state.value},
        )
    settled = msgspec.structs.replace(
        task,
        state=TaskState.DONE if command.is_done else TaskState.DECLINED,
        settled_by=person_of(work),
        settled_at=work.now,
        reason=_reason(command),
    )
    work.stop_timers(task.id)
    stored = work.save(settled, _settled_fact(settled), reason=settled.reason)
    correction = work.get(Correction, task.correction_id)
    event = events.TaskSettled(
        at=work.now, actor_id=settled.settled_by, task_id=task.id, state=settled.state
    )
    written(transition(correction, event), work)
    return Done(id=stored.id, rev=stored.rev, state=stored.state.value)


def task_is_due(task_id: str, work: Work) -> None:
    """Timer: say once that a unit has not settled its task."""
    task = work.first(CorrectionTask, id=task_id)
    if task is None or task.state is not TaskState.OPEN:
        return
    fact = CorrectionTaskOverdue(
        task_id=task.id,
        correction_id=task.correction_id,
        unit_id=task.unit_id,
        due_at=task.due_at,
    )
    work.save(task, fact, reason="Its time came.")


def _reason(command: SettleCorrectionTask) -> str:
    if command.is_done and not command.reason.strip():
        return ""
    return wording.reason(command.reason)


def _settled_fact(task: CorrectionTask) -> CorrectionTaskSettled:
    return CorrectionTaskSettled(
        task_id=task.id,
        correction_id=task.correction_id,
        unit_id=task.unit_id,
        state=task.state,
        settled_by=task.settled_by or "",
        reason=task.reason,
    )
