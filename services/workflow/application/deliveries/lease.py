"""The publisher asks for one delivery and is told what to do, or why there is nothing to do."""

from __future__ import annotations

from datetime import timedelta

from chassis.ports import Work
from contracts.refusals import Refusal
from contracts.workflow.deliveries import DeliveryState, Lease, LeaseDelivery, Purpose
from services.workflow.application.content.items import refuse_deaf_channel
from services.workflow.application.deliveries.begin_attempt import refuse_unapproved
from services.workflow.application.deliveries.plan import settle
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import ALLOWED, transition

LONGEST_LEASE_SECONDS = 120.0
TO_SEND = (DeliveryState.PENDING, DeliveryState.RETRY_WAIT)


def lease_delivery(command: LeaseDelivery, work: Work) -> Lease:
    """Late deliveries are held and dead channels fail here, so that both are decisions on record."""
    delivery = work.get(Delivery, command.delivery_id)
    if delivery.state not in ALLOWED[events.Leased]:
        return _nothing(f"The delivery is {delivery.state.value}.")
    if delivery.state in TO_SEND:
        refused = _refused(delivery, work)
        if refused:
            return refused
    return _granted(delivery, command, work)


def _nothing(reason: str) -> Lease:
    return Lease(is_granted=False, reason=reason)


def _refused(delivery: Delivery, work: Work) -> Lease | None:
    latest = delivery.due_at + timedelta(seconds=delivery.max_lateness_seconds)
    if work.now < delivery.due_at:
        return _nothing("The delivery is not due yet.")
    if work.now > latest:
        reason = f"Late by more than {delivery.max_lateness_seconds} s: a person decides."
        settle(transition(delivery, events.Held(at=work.now, reason=reason)), work)
        return _nothing(reason)
    try:
        refuse_deaf_channel(work.get(Channel, delivery.channel_id))
        refuse_unapproved(delivery, work)
    except Refusal as no:
        settle(transition(delivery, events.Given(at=work.now, reason=no.sentence)), work)
        return _nothing(no.sentence)
    return None


def _granted(delivery: Delivery, command: LeaseDelivery, work: Work) -> Lease:
    seconds = min(max(command.lease_seconds, 1.0), LONGEST_LEASE_SECONDS)
    event = events.Leased(
        at=work.now,
        owner=command.lease_owner,
        until=work.now + timedelta(seconds=seconds),
        idempotency_class=command.idempotency_class,
        key_life_seconds=command.key_life_seconds,
    )
    try:
        step = transition(delivery, event)
    except Refusal as no:
        return _nothing(no.sentence)
    leased = settle(step, work)
    return Lease(
        is_granted=True,
        delivery_id=leased.id,
        channel_id=leased.channel_id,
        platform=work.get(Channel, leased.channel_id).platform,
        purpose=Purpose.READ_BACK if leased.state is DeliveryState.UNKNOWN else Purpose.SEND,
        fence=leased.fence,
        key=leased.key,
        text=leased.text,
        media=leased.media,
        in_reply_to=leased.in_reply_to,
        frozen_at=leased.frozen_at,
        first_sent_at=leased.first_sent_at,
        expires_in=seconds,
    )
