"""One step of a delivery: the state after it, and what it says."""

from __future__ import annotations

from typing import Any

import msgspec

from contracts.facts import Fact
from contracts.workflow.deliveries import DeliveryState, DeliveryStateChanged
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery


class Transition(msgspec.Struct, frozen=True):
    """The delivery after an event, and what it says about it."""

    delivery: Delivery
    facts: tuple[Fact, ...] = ()


def moved(
    delivery: Delivery, event: events.Event, state: DeliveryState, *spoken: Fact, **changes: Any
) -> Transition:
    """The delivery in a state; a change of state is spoken after what the caller says."""
    after = msgspec.structs.replace(delivery, state=state, updated_at=event.at, **changes)
    if state is delivery.state:
        return Transition(after, spoken)
    return Transition(after, (*spoken, _said(after, delivery.state)))


def _said(after: Delivery, previous: DeliveryState) -> DeliveryStateChanged:
    confirmed = after.confirmed_at if after.state is DeliveryState.CONFIRMED else None
    late = int((confirmed - after.due_at).total_seconds()) if confirmed else None
    return DeliveryStateChanged(
        delivery_id=after.id,
        content_id=after.content_id,
        conversation_id=after.conversation_id,
        channel_id=after.channel_id,
        unit_id=after.unit_id,
        state=after.state,
        previous=previous,
        reason=after.reason,
        external_id=after.external_id,
        url=after.url,
        confirmed_at=confirmed,
        late_seconds=late,
        action=after.action,
    )
