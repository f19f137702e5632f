"""Timers of deliveries: wake-ups and lapsed leases. Each may fire twice; the second does nothing."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.deliveries import DeliveryState
from services.workflow.application.deliveries.plan import settle, wake
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import ALLOWED, transition

WAITING = (DeliveryState.PENDING, DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN)


def delivery_wake(delivery_id: str, work: Work) -> None:
    """Announce a delivery that waits: due, to be tried again, or to be looked up."""
    delivery = work.first(Delivery, id=delivery_id)
    if delivery is None or delivery.state not in WAITING or delivery.lease_owner:
        return
    if delivery.due_at <= work.now and (delivery.next_try_at or work.now) <= work.now:
        wake(delivery, work)


def delivery_lease(delivery_id: str, work: Work) -> None:
    """A publisher fell silent: before sending nothing happened, after it nobody knows."""
    delivery = work.first(Delivery, id=delivery_id)
    if delivery is None or delivery.state not in ALLOWED[events.Lapsed]:
        return
    if delivery.lease_until is not None and delivery.lease_until <= work.now:
        settle(transition(delivery, events.Lapsed(at=work.now)), work)
