"""Plan, wake, cancel the deliveries of an item, and derive the item's state from them."""

from __future__ import annotations

from datetime import timedelta

from chassis.ports import Work
from contracts.workflow.content import Variant
from contracts.workflow.deliveries import (
    DeliveryAction,
    DeliveryDue,
    DeliveryPlanned,
    DeliveryState,
    HeldBy,
    Purpose,
)
from services.workflow.application.conversations.replies import reply_confirmed, reply_failed
from services.workflow.application.ledger.following import follow_correction
from services.workflow.application.trust.ledger import note_published
from services.workflow.domain.content import events as content_events
from services.workflow.domain.content.item import ContentItem, variant_hash
from services.workflow.domain.content.machine import UNDER_DELIVERY
from services.workflow.domain.content.machine import transition as item_transition
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery, delivery_key
from services.workflow.domain.deliveries.derive import derived_state
from services.workflow.domain.deliveries.machine import ALLOWED, transition
from services.workflow.domain.deliveries.step import Transition

WAKE_TIMER = "delivery_wake"
LEASE_TIMER = "delivery_lease"
PROFILE_TIMER = "profile_end"
WAKE_AGAIN = timedelta(seconds=30)
"""A due delivery that nobody leased is announced again; nothing goes out in silence or stays so."""


def deliveries_of(item: ContentItem, work: Work) -> list[Delivery]:
    """The publications of the item's present schedule; changes of live posts are no part of it."""
    return [
        d
        for d in work.find(Delivery, content_id=item.id)
        if d.version_hash == item.version_hash and d.is_publication
    ]


def plan(item: ContentItem, work: Work) -> None:
    """One pending delivery per channel; its key is new for every schedule of the item."""
    for variant in item.variants:
        delivery = _planned(item, variant, work)
        work.add(delivery, planned_fact(delivery))


def _planned(item: ContentItem, variant: Variant, work: Work) -> Delivery:
    part = variant_hash(variant)
    key = delivery_key(work.org_id, item.id, variant.channel_id, variant_hash=part, slot=item.slot)
    return Delivery(
        id=work.ids.derived("delivery", key),
        org_id=work.org_id,
        content_id=item.id,
        conversation_id=item.conversation_id,
        channel_id=variant.channel_id,
        unit_id=item.unit_id,
        key=key,
        variant_hash=part,
        version_hash=item.version_hash or "",
        text=variant.text,
        media=variant.media,
        in_reply_to=item.in_reply_to,
        state=DeliveryState.PENDING,
        due_at=item.due_at or work.now,
        frozen_at=item.due_at or work.now,
        max_lateness_seconds=item.max_lateness_seconds,
        source_id=item.corrects_id,
        action=DeliveryAction.PROFILE if variant.profile else DeliveryAction.PUBLISH,
        profile=variant.profile,
        created_at=work.now,
        updated_at=work.now,
    )


def planned_fact(delivery: Delivery) -> DeliveryPlanned:
    """What is said when a delivery comes into being."""
    return DeliveryPlanned(
        delivery_id=delivery.id,
        content_id=delivery.content_id,
        conversation_id=delivery.conversation_id,
        channel_id=delivery.channel_id,
        unit_id=delivery.unit_id,
        key=delivery.key,
        variant_hash=delivery.variant_hash,
        due_at=delivery.due_at,
        action=delivery.action,
        target_external_id=delivery.target_external_id,
        source_id=delivery.source_id,
    )


def due_fact(delivery: Delivery, work: Work) -> DeliveryDue:
    """The wake-up for the publisher."""
    purpose = Purpose.READ_BACK if delivery.state is DeliveryState.UNKNOWN else Purpose.SEND
    return DeliveryDue(
        delivery_id=delivery.id,
        channel_id=delivery.channel_id,
        purpose=purpose,
        due_at=delivery.next_try_at or work.now,
    )


def wake(delivery: Delivery, work: Work) -> Delivery:
    """Announce it now, and again later if nobody takes it."""
    work.stop_timers(delivery.id, WAKE_TIMER)
    work.start_timer(WAKE_TIMER, delivery.id, work.now + WAKE_AGAIN)
    return work.save(delivery, due_fact(delivery, work))


def wake_planned(item: ContentItem, work: Work) -> None:
    """The item is due: announce each of its pending deliveries."""
    for delivery in deliveries_of(item, work):
        if delivery.state is DeliveryState.PENDING:
            wake(delivery, work)


def cancel_planned(item: ContentItem, reason: str, work: Work) -> None:
    """Cancel every delivery of the item that has not begun to move."""
    for delivery in work.find(Delivery, content_id=item.id):
        if delivery.is_publication and delivery.state in ALLOWED[events.Cancelled]:
            step = transition(delivery, events.Cancelled(at=work.now, reason=reason))
            work.stop_timers(delivery.id)
            follow_correction(work.save(step.delivery, *step.facts, reason=reason), work)


def settle(step: Transition, work: Work, *, reason: str = "") -> Delivery:
    """Store a delivery's step, set its timers, and let the item and conversation follow."""
    stored = work.save(step.delivery, *step.facts, reason=reason)
    _set_timers(stored, work)
    follow_correction(stored, work)
    if not stored.is_publication:
        return stored
    item = work.first(ContentItem, id=stored.content_id)
    if item is not None and item.version_hash == stored.version_hash:
        if stored.state is DeliveryState.CONFIRMED:
            note_published(stored, item, work)
            _end_in_time(stored, item, work)
        _follow_item(item, work)
    _follow_conversation(stored, work)
    return stored


def _end_in_time(delivery: Delivery, item: ContentItem, work: Work) -> None:
    """A change of a profile takes itself back."""
    if delivery.action is DeliveryAction.PROFILE:
        work.start_timer(PROFILE_TIMER, delivery.id, item.ends_at or work.now)


def _set_timers(delivery: Delivery, work: Work) -> None:
    work.stop_timers(delivery.id)
    match delivery.state:
        case DeliveryState.RETRY_WAIT | DeliveryState.UNKNOWN | DeliveryState.PENDING if (
            not delivery.lease_owner
        ):
            work.start_timer(WAKE_TIMER, delivery.id, delivery.next_try_at or work.now)
        case _ if delivery.lease_until and delivery.lease_owner:
            work.start_timer(LEASE_TIMER, delivery.id, delivery.lease_until)


def _follow_item(item: ContentItem, work: Work) -> None:
    if item.state not in UNDER_DELIVERY:
        return
    derived = derived_state([d.state for d in deliveries_of(item, work)])
    step = item_transition(item, content_events.Delivered(at=work.now, state=derived))
    if step.facts:
        work.save(step.item, *step.facts)


def _follow_conversation(delivery: Delivery, work: Work) -> None:
    if delivery.conversation_id is None:
        return
    match delivery.state:
        case DeliveryState.CONFIRMED:
            reply_confirmed(
                delivery.conversation_id,
                delivery.id,
                delivery.external_id or "",
                delivery.confirmed_at or work.now,
                _author_of(delivery, work),
                work,
            )
        case DeliveryState.HELD if delivery.held_by in (HeldBy.STOP, HeldBy.WINDOW):
            return  # it goes out when the stop, or the window, is over
        case DeliveryState.FAILED | DeliveryState.NEEDS_PERSON | DeliveryState.HELD:
            reply_failed(delivery.conversation_id, delivery.reason, work)


def _author_of(delivery: Delivery, work: Work) -> str:
    item = work.get(ContentItem, delivery.content_id)
    return item.author_id
