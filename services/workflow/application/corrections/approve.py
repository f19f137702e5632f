"""The short route: one reviewer reads the draft; then its changes are planned at once."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.corrections import (
    ApproveCorrection,
    CorrectionKind,
    TargetAction,
    TargetOutcome,
)
from contracts.workflow.deliveries import DeliveryAction
from services.workflow.application.content.items import person_of
from services.workflow.application.corrections.draft import clauses_on, refuse_blocked
from services.workflow.application.corrections.posting import answering_post
from services.workflow.application.corrections.tasks import set_tasks
from services.workflow.application.deliveries.changes import live_media, live_text, plan_change
from services.workflow.application.ledger.held import refuse_held
from services.workflow.application.ledger.recording import answer, head_of, written
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.correction import Correction, CorrectionTarget
from services.workflow.domain.corrections.machine import transition
from services.workflow.domain.deliveries.delivery import Delivery


def approve_correction(command: ApproveCorrection, work: Work) -> Done:
    """The record of what stands there is captured in the transaction that plans its change."""
    correction = work.get(Correction, command.correction_id)
    item = work.get(ContentItem, correction.content_id)
    person = person_of(work)
    event = events.Approved(
        at=work.now,
        actor_id=person,
        draft_hash=command.draft_hash,
        is_writer=item.is_written_by(person),
    )
    approved = written(transition(correction, event), work)
    _refuse_hindered(approved, item, work)
    targets = tuple(_begun(t, approved, work) for t in approved.targets)
    began = events.Began(
        at=work.now,
        actor_id=person,
        targets=targets,
        propagated_to=set_tasks(approved, targets, work),
        number=head_of(work).numbered + 1,
    )
    return answer(written(transition(approved, began), work))


def _refuse_hindered(correction: Correction, item: ContentItem, work: Work) -> None:
    if correction.kind is CorrectionKind.TAKEDOWN:
        # Writing the item back makes a legal hold that is set at the same time conflict with this.
        work.save(item)
        refuse_held(item.id, work)
        return
    variants = {t.channel_id: t.variant for t in correction.targets}
    refuse_blocked(clauses_on(correction, tuple(variants.values()), work).blocking)


def _begun(target: CorrectionTarget, correction: Correction, work: Work) -> CorrectionTarget:
    original = work.get(Delivery, target.delivery_id)
    captured = msgspec.structs.replace(
        target,
        was=live_text(original, work),
        was_media=live_media(original, work),
        captured_at=work.now,
        outcome=TargetOutcome.PENDING,
    )
    if target.action is TargetAction.POST:
        post = answering_post(captured, correction, original, work=work)
        return msgspec.structs.replace(captured, change_id=post.id, post_id=post.content_id)
    is_edit = target.action is TargetAction.EDIT
    change = plan_change(
        original,
        action=DeliveryAction.EDIT if is_edit else DeliveryAction.DELETE,
        variant=target.variant if is_edit else None,
        source_id=correction.id,
        work=work,
    )
    return msgspec.structs.replace(captured, change_id=change.id)
