"""Changes of live posts that a correction asks for, without the way that leads to it."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import Variant
from contracts.workflow.corrections import (
    CorrectionState,
    FoundBy,
    TargetAction,
    TargetOutcome,
)
from contracts.workflow.deliveries import DeliveryAction
from services.workflow.application.deliveries.changes import plan_change
from services.workflow.domain.corrections.correction import Correction, CorrectionTarget
from services.workflow.domain.deliveries.delivery import Delivery


def corrected(
    original: Delivery, variant: Variant | None, work: Work, *, source_id: str
) -> Delivery:
    """The change, an edit or without words a deletion, and the correction that names it."""
    action = DeliveryAction.EDIT if variant else DeliveryAction.DELETE
    change = plan_change(original, action=action, variant=variant, source_id=source_id, work=work)
    if work.first(Correction, id=source_id) is None:
        work.add(_correction(original, change, work))
    return change


def _correction(original: Delivery, change: Delivery, work: Work) -> Correction:
    target = CorrectionTarget(
        delivery_id=original.id,
        channel_id=original.channel_id,
        channel_name="Press",
        external_id=original.external_id or "",
        url=original.url or "",
        live_at=original.confirmed_at or work.now,
        action=TargetAction(change.action.value),
        change_id=change.id,
        outcome=TargetOutcome.PENDING,
    )
    return Correction(
        id=change.source_id or "",
        org_id=work.org_id,
        content_id=original.content_id,
        unit_id=original.unit_id,
        state=CorrectionState.APPLYING,
        targets=(target,),
        reported_by="somebody",
        reported_at=work.now,
        found_by=FoundBy.AUTHOR,
        found_at=work.now,
        live_at=work.now,
        what_was_wrong="The day.",
    )
