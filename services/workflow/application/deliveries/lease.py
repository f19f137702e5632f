"""The publisher asks for one delivery and is told what to do, or why there is nothing to do."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from chassis.ports import Work
from contracts.refusals import Refusal
from contracts.workflow.content import ContentState
from contracts.workflow.deliveries import DeliveryState, HeldBy, Lease, LeaseDelivery, Purpose
from services.workflow.application.calendar.closed import why_closed, window_holding
from services.workflow.application.content.items import refuse_deaf_channel
from services.workflow.application.deliveries.begin_attempt import refuse_unjustified
from services.workflow.application.deliveries.pacing import next_turn
from services.workflow.application.deliveries.plan import settle
from services.workflow.application.deliveries.stops import stop_halting
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import ALLOWED, transition
from services.workflow.domain.deliveries.pace import is_backlog

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
        delivery = _in_turn(delivery, work)
    return _granted(delivery, command, work)


def _nothing(reason: str) -> Lease:
    return Lease(is_granted=False, reason=reason)


def _refused(delivery: Delivery, work: Work) -> Lease | None:
    if work.now < delivery.due_at or (delivery.next_try_at and delivery.next_try_at > work.now):
        return _nothing("It is not its time yet.")
    held = _reason_to_hold(delivery, work)
    if held is not None:
        settle(transition(delivery, held), work)
        return _nothing(held.reason)
    try:
        refuse_deaf_channel(work.get(Channel, delivery.channel_id))
        refuse_unjustified(delivery, work)
    except Refusal as no:
        settle(transition(delivery, events.Given(at=work.now, reason=no.sentence)), work)
        return _nothing(no.sentence)
    return None


def _reason_to_hold(delivery: Delivery, work: Work) -> events.Held | None:
    item = work.get(ContentItem, delivery.content_id)
    held = partial(events.Held, at=work.now, told_ids=(item.author_id,))
    if delivery.is_publication and item.state is ContentState.ON_HOLD:
        return held(held_by=HeldBy.HOLD, reason="The item is on hold.")
    if work.now > delivery.latest:
        reason = f"Late by more than {delivery.max_lateness_seconds} s: a person decides."
        return held(held_by=HeldBy.LATENESS, reason=reason)
    stop = stop_halting(delivery, work)
    if stop is not None:
        reason = f"All publishing is stopped: {stop.reason}"
        return held(held_by=HeldBy.STOP, reason=reason, stop_id=stop.id)
    if not delivery.is_publication:
        return None  # what is wrong in public is put right, whatever the calendar says
    window = window_holding(item, (delivery.channel_id,), at=work.now, work=work)
    if window is None:
        return None
    return held(held_by=HeldBy.WINDOW, reason=why_closed(window), window_id=window.id)


def _in_turn(delivery: Delivery, work: Work) -> Delivery:
    """Give a late publication its turn on the channel: a backlog never goes out as a burst."""
    is_late = delivery.is_publication and is_backlog(delivery.due_at, work.now)
    if not is_late or delivery.slot_at is not None:
        return delivery
    turn = events.TurnGiven(at=work.now, slot_at=next_turn(delivery.channel_id, work))
    return settle(transition(delivery, turn), work)


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
        action=leased.action,
        target_external_id=leased.target_external_id,
        profile=leased.profile,
        is_captured=leased.captured is not None,
    )
