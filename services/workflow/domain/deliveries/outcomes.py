"""What follows from each outcome of an attempt or of a read-back (DOMAIN 6).

An unknown delivery is retried only where a second send cannot make a second post: class B always,
class A inside the platform's declared life of the key, measured from the first send.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from contracts.workflow.deliveries import DeliveryState, IdempotencyClass, Outcome, Purpose
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.step import Transition, moved

S = DeliveryState

MAX_LOOK_UPS: Final = 3
"""After so many read-backs without a certain answer a person has to look (DOMAIN 6)."""
FIRST_BACK_OFF: Final = timedelta(seconds=5)
LONGEST_BACK_OFF: Final = timedelta(minutes=15)
KEY_LIFE_MARGIN: Final = timedelta(seconds=60)
"""A retry must reach the platform well before the key dies there."""


def _confirmed(delivery: Delivery, event: events.Recorded) -> Transition:
    return moved(
        delivery,
        event,
        S.CONFIRMED,
        external_id=event.external_id if delivery.is_publication else None,
        url=event.url,
        confirmed_at=event.at,
        reason="",
    )


def _not_applied(delivery: Delivery, event: events.Recorded) -> Transition:
    wait = timedelta(seconds=event.retry_after) if event.retry_after else back_off(delivery)
    return moved(delivery, event, S.RETRY_WAIT, reason=event.detail, next_try_at=event.at + wait)


def back_off(delivery: Delivery) -> timedelta:
    """How long to wait after a try that is proven not applied: 5 s, doubled, at most 15 min."""
    doublings: int = min(max(len(delivery.attempts) - 1, 0), 10)
    factor: int = 2**doublings
    return min(FIRST_BACK_OFF * factor, LONGEST_BACK_OFF)


def _refused(delivery: Delivery, event: events.Recorded) -> Transition:
    return moved(delivery, event, S.FAILED, reason=event.detail)


def _unknown(delivery: Delivery, event: events.Recorded) -> Transition:
    is_read_back = delivery.attempts[-1].purpose is Purpose.READ_BACK
    look_ups = delivery.look_ups + (1 if is_read_back else 0)
    if look_ups >= MAX_LOOK_UPS:
        return _needs_person(delivery, event, look_ups)
    wait = FIRST_BACK_OFF * 2**look_ups if is_read_back else timedelta()
    return moved(
        delivery,
        event,
        S.UNKNOWN,
        look_ups=look_ups,
        reason=event.detail,
        next_try_at=event.at + wait if wait else None,
    )


def _needs_person(delivery: Delivery, event: events.Recorded, look_ups: int) -> Transition:
    reason = "It may be published: look at the channel before anything else. " + event.detail
    return moved(
        delivery, event, S.NEEDS_PERSON, reason=reason.strip(), look_ups=look_ups, next_try_at=None
    )


def _absent(delivery: Delivery, event: events.Recorded) -> Transition:
    if not may_send_again(delivery, event):
        return _needs_person(delivery, event, delivery.look_ups + 1)
    return moved(
        delivery, event, S.RETRY_WAIT, reason="Not found on the channel.", next_try_at=event.at
    )


def may_send_again(delivery: Delivery, event: events.Event) -> bool:
    """Whether a second send of an unknown delivery cannot make a second post."""
    match delivery.idempotency_class:
        case IdempotencyClass.B:
            return True
        case IdempotencyClass.A if delivery.first_sent_at:
            life = timedelta(seconds=delivery.key_life_seconds) - KEY_LIFE_MARGIN
            return event.at < delivery.first_sent_at + life
        case _:
            return False


OUTCOMES: Final[dict[Outcome, Callable[[Delivery, events.Recorded], Transition]]] = {
    Outcome.CONFIRMED: _confirmed,
    Outcome.NOT_APPLIED: _not_applied,
    Outcome.REFUSED: _refused,
    Outcome.UNKNOWN: _unknown,
    Outcome.ABSENT: _absent,
}
