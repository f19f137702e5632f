"""Take an approval back: prevented, or too late with the attempt that is already on its way."""

from __future__ import annotations

from chassis.ports import Work
from contracts.envelope import rfc3339
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import DraftAnswer, RevokeContent
from contracts.workflow.deliveries import DeliveryState
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.content.review import supersede
from services.workflow.application.conversations.replies import reply_refused
from services.workflow.application.deliveries.plan import cancel_planned, deliveries_of
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition
from services.workflow.domain.deliveries.delivery import Delivery


def revoke_content(command: RevokeContent, work: Work) -> DraftAnswer:
    """After this answered, nothing of the item leaves: every delivery is cancelled in this write."""
    item = work.get(ContentItem, command.content_id)
    step = transition(
        item, events.Revoke(at=work.now, actor_id=person_of(work), reason=command.reason)
    )
    for delivery in deliveries_of(item, work):
        _refuse_too_late(delivery)
    told = supersede(item, work)
    work.stop_timers(item.id)
    cancel_planned(item, f"Revoked: {command.reason}", work)
    if item.conversation_id:
        reply_refused(item.conversation_id, command.reason, work)
    stored = store(step, work, first=told, reason=command.reason)
    return answer(stored, prevented=True)


def _refuse_too_late(delivery: Delivery) -> None:
    if not delivery.is_moving and delivery.state is not DeliveryState.CONFIRMED:
        return
    last = delivery.attempts[-1] if delivery.attempts else None
    raise Refusal(
        RefusalCode.TOO_LATE,
        "Too late: an attempt is already on its way to the channel, or has arrived.",
        data={
            "delivery_id": delivery.id,
            "channel_id": delivery.channel_id,
            "state": delivery.state.value,
            "attempt": last.n if last else None,
            "began_at": rfc3339(last.began_at) if last else None,
        },
    )
