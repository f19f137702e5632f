"""Our own post came back from the platform: that settles a delivery nobody could answer for."""

from __future__ import annotations

from chassis.ports import Work
from contracts.ingest import MentionArrived
from services.workflow.application.deliveries.plan import settle
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import ALLOWED, transition


def confirm_by_arrival(delivery: Delivery, arrival: MentionArrived, work: Work) -> None:
    """Confirm a delivery that is sending, unknown or needs a person; others are left as they are."""
    if delivery.state not in ALLOWED[events.Settled]:
        return
    event = events.Settled(
        at=work.now,
        reason="Seen on the channel.",
        external_id=arrival.external_id,
        url=arrival.url or None,
    )
    settle(transition(delivery, event), work)
