"""What the publisher learned, from a send or from a read-back."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.deliveries import RecordAttempt
from services.workflow.application.deliveries.plan import settle
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import transition


def record_attempt(command: RecordAttempt, work: Work) -> Done:
    """Refuses Fenced if a newer lease exists, WrongState if the delivery has moved on."""
    delivery = work.get(Delivery, command.delivery_id)
    event = events.Recorded(
        at=work.now,
        owner=command.lease_owner,
        fence=command.fence,
        outcome=command.outcome,
        http_status=command.http_status,
        external_id=command.external_id,
        url=command.url,
        detail=command.detail,
        retry_after=command.retry_after,
        channel=work.get(Channel, delivery.channel_id).name,
    )
    stored = settle(transition(delivery, event), work)
    return Done(id=stored.id, rev=stored.rev, state=stored.state.value)
