"""A person decides about a delivery that stopped: try it again, or say what is on the channel."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.content import ContentState
from contracts.workflow.deliveries import (
    CancelDelivery,
    HeldBy,
    HoldDelivery,
    RetryDelivery,
    SettleDelivery,
)
from services.workflow.application.conversations.replies import to_replying
from services.workflow.application.deliveries.plan import settle
from services.workflow.domain import wording
from services.workflow.domain.content import events as content_events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition as item_transition
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import transition


def retry_delivery(command: RetryDelivery, work: Work) -> Done:
    """Only this delivery is tried again, with the same key; confirmed ones are never touched."""
    delivery = work.get(Delivery, command.delivery_id)
    step = transition(delivery, events.TriedAgain(at=work.now, reason=command.reason))
    if delivery.is_publication:
        _follow(delivery, command.reason, work)
    stored = settle(step, work, reason=command.reason)
    return _answer(stored)


def _follow(delivery: Delivery, reason: str, work: Work) -> None:
    item = work.get(ContentItem, delivery.content_id)
    retried = item_transition(
        item, content_events.Retried(at=work.now, actor_id=work.actor.person_id)
    )
    if item.state is not ContentState.PUBLISHING:
        work.save(retried.item, *retried.facts, reason=reason)
    if delivery.conversation_id:
        to_replying(delivery.conversation_id, work)


def _answer(stored: Delivery) -> Done:
    return Done(id=stored.id, rev=stored.rev, state=stored.state.value)


def hold_delivery(command: HoldDelivery, work: Work) -> Done:
    """It waits until a person has it tried again."""
    delivery = work.get(Delivery, command.delivery_id)
    author = work.get(ContentItem, delivery.content_id).author_id
    event = events.Held(
        at=work.now,
        reason=wording.reason(command.reason),
        held_by=HeldBy.HOLD,
        told_ids=(author,),
    )
    return _answer(settle(transition(delivery, event), work, reason=event.reason))


def cancel_delivery(command: CancelDelivery, work: Work) -> Done:
    """It will not go out; refused WrongState where it may already have."""
    delivery = work.get(Delivery, command.delivery_id)
    event = events.Cancelled(at=work.now, reason=wording.reason(command.reason))
    return _answer(settle(transition(delivery, event), work, reason=event.reason))


def settle_delivery(command: SettleDelivery, work: Work) -> Done:
    """The post is there (``external_id``), or it is given up."""
    delivery = work.get(Delivery, command.delivery_id)
    event = events.Settled(
        at=work.now, reason=command.reason, external_id=command.external_id, url=command.url
    )
    return _answer(settle(transition(delivery, event), work, reason=command.reason))
