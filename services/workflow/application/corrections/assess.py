"""Say what kind of mistake it is and how grave, or that it was none."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.corrections import AssessCorrection, DismissCorrection, FoundBy
from services.workflow.application.content.items import person_of
from services.workflow.application.ledger.recording import answer, written
from services.workflow.application.trust.ledger import incident_of, note_incident
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.correction import Correction
from services.workflow.domain.corrections.machine import transition


def assess_correction(command: AssessCorrection, work: Work) -> Done:
    """The trust ledger hears of it, by half if its author said so first. Never by its writers."""
    correction = work.get(Correction, command.correction_id)
    item = _item_of_others(correction, work)
    event = events.Assessed(
        at=work.now,
        actor_id=person_of(work),
        error_class=command.error_class,
        severity=command.severity,
        reach_estimate=command.reach_estimate,
        is_self_reported=correction.found_by is FoundBy.AUTHOR,
    )
    stored = written(transition(correction, event), work)
    if command.severity:
        _note(stored, item, work)
    return answer(stored)


def _item_of_others(correction: Correction, work: Work) -> ContentItem:
    item = work.get(ContentItem, correction.content_id)
    if item.is_written_by(person_of(work)):
        raise Refusal(RefusalCode.OWN_WORDS, "Nobody judges their own mistake.")
    return item


def _note(correction: Correction, item: ContentItem, work: Work) -> None:
    for channel_id in sorted({t.channel_id for t in correction.targets}):
        note_incident(
            item,
            channel_id,
            severity=correction.severity or 0,
            self_reported=correction.is_self_reported,
            source_id=incident_of(item, work),
            work=work,
        )


def dismiss_correction(command: DismissCorrection, work: Work) -> Done:
    """Nothing is to be done; never by its writers."""
    correction = work.get(Correction, command.correction_id)
    _item_of_others(correction, work)
    event = events.Dismissed(at=work.now, actor_id=person_of(work), reason=command.reason)
    return answer(written(transition(correction, event), work, reason=command.reason))
