"""The last look at a change of something live, before its bytes leave."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import Variant
from contracts.workflow.deliveries import DeliveryAction
from services.workflow.application.ledger.held import refuse_held
from services.workflow.application.policies.checking import judged
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections.correction import Correction
from services.workflow.domain.corrections.machine import AFTER_APPROVAL
from services.workflow.domain.deliveries.delivery import Delivery


def refuse_unjustified_change(delivery: Delivery, work: Work) -> None:
    """Refuses NotApproved, LegalHold for a deletion, BlockedByClause for new words.

    A profile that takes itself back was approved with the change that it ends.
    """
    match delivery.action:
        case DeliveryAction.DELETE:
            _refuse_without_correction(delivery, work)
            refuse_held(delivery.content_id, work)
        case DeliveryAction.EDIT:
            _refuse_without_correction(delivery, work)
            _refuse_blocked(delivery, work)


def _refuse_without_correction(delivery: Delivery, work: Work) -> None:
    """No live text changes without a correction, approved, that names exactly this change."""
    correction = work.first(Correction, id=delivery.source_id)
    if correction is None or not _orders(correction, delivery):
        raise Refusal(
            RefusalCode.NOT_APPROVED,
            "No approved correction asks for this.",
            data={"state": correction.state.value if correction else None},
        )


def _orders(correction: Correction, change: Delivery) -> bool:
    named = {target.change_id for target in correction.targets}
    return correction.state in AFTER_APPROVAL and change.id in named


def _refuse_blocked(delivery: Delivery, work: Work) -> None:
    item = work.get(ContentItem, delivery.content_id)
    words = Variant(channel_id=delivery.channel_id, text=delivery.text, media=delivery.media)
    shown = msgspec.structs.replace(item, variants=(words,), channel_ids=(delivery.channel_id,))
    blocking = judged(shown, work, is_sending=True).blocking
    if blocking:
        data = {"check": blocking[0].check}
        raise Refusal(RefusalCode.BLOCKED_BY_CLAUSE, blocking[0].sentence, data=data)
