"""Accept what could not be applied; say what was learned."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.corrections import AcceptCorrection, CloseCorrection
from services.workflow.application.content.items import person_of
from services.workflow.application.ledger.recording import answer, written
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.correction import Correction
from services.workflow.domain.corrections.machine import transition


def accept_correction(command: AcceptCorrection, work: Work) -> Done:
    """What failed stays so; a retry of it later is noted all the same."""
    correction = work.get(Correction, command.correction_id)
    event = events.Accepted(at=work.now, actor_id=person_of(work), reason=command.reason)
    return answer(written(transition(correction, event), work, reason=command.reason))


def close_correction(command: CloseCorrection, work: Work) -> Done:
    """Nothing is left to do."""
    correction = work.get(Correction, command.correction_id)
    event = events.Closed(at=work.now, actor_id=person_of(work), lesson=command.lesson)
    return answer(written(transition(correction, event), work))
