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
    """Refuses NotApproved, LegalHold for a deletion, BlockedByClause for new words."""
    correction = work.first(Correction, id=delivery.source_id)
    if correction is not None and correction.state not in AFTER_APPROVAL:
        raise Refusal(
            RefusalCode.NOT_APPROVED,
            "The correction of this is not approved.",
            data={"state": correction.state.value},
        )
    if delivery.action is DeliveryAction.DELETE:
        refuse_held(delivery.content_id, work)
    elif delivery.action is DeliveryAction.EDIT:
        _refuse_blocked(delivery, work)


def _refuse_blocked(delivery: Delivery, work: Work) -> None:
    item = work.get(ContentItem, delivery.content_id)
    words = Variant(channel_id=delivery.channel_id, text=delivery.text, media=delivery.media)
    shown = msgspec.structs.replace(item, variants=(words,), channel_ids=(delivery.channel_id,))
    blocking = judged(shown, work, is_sending=True).blocking
    if blocking:
        data = {"check": blocking[0].check}
        raise Refusal(RefusalCode.BLOCKED_BY_CLAUSE, blocking[0].sentence, data=data)
