"""A correction follows the deliveries that put its targets right."""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.workflow.corrections import TargetOutcome
from contracts.workflow.deliveries import DeliveryState
from services.workflow.application.ledger.recording import written
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.correction import Correction
from services.workflow.domain.corrections.machine import transition
from services.workflow.domain.deliveries.delivery import Delivery

_ENDS: Final = {
    DeliveryState.CONFIRMED: TargetOutcome.DONE,
    DeliveryState.FAILED: TargetOutcome.FAILED,
    DeliveryState.CANCELLED: TargetOutcome.FAILED,
}


def follow_correction(delivery: Delivery, work: Work) -> None:
    """Note how far the change is; nothing for deliveries that no correction planned."""
    if not delivery.source_id:
        return
    correction = work.first(Correction, id=delivery.source_id)
    target = correction.target(delivery.id) if correction else None
    outcome = _ENDS.get(delivery.state, TargetOutcome.PENDING)
    if correction is None or target is None or target.outcome is outcome:
        return
    event = events.ChangeMoved(
        at=work.now,
        actor_id=work.actor.person_id,
        change_id=delivery.id,
        outcome=outcome,
        detail=delivery.reason if outcome is TargetOutcome.FAILED else "",
    )
    written(transition(correction, event), work, reason=delivery.reason)
