"""What follows from each outcome of an attempt or of a read-back (DOMAIN 6).

An unknown delivery is retried only where a second send cannot make a second post: class B always,
class A inside the platform's declared life of the key, measured from the first send.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from contracts.workflow.deliveries import (
    DeliveryAction,
    DeliveryState,
    IdempotencyClass,
    Outcome,
    Purpose,
)
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
LOOK_AFTER: Final = timedelta(minutes=5)
"""A platform shows a post at the latest so long after its first byte."""
SHOWN: Final = 80
"""Characters of the words that a sentence shows."""


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
    if is_read_back:
        return _look_again(delivery, event)
    return moved(delivery, event, S.UNKNOWN, reason=event.detail, next_try_at=None)


def _look_again(delivery: Delivery, event: events.Recorded) -> Transition:
    """What a channel does not show yet it may show later; after the last look a person has to."""
    look_ups = delivery.look_ups + 1
    if look_ups >= MAX_LOOK_UPS:
        return _needs_person(delivery, event, look_ups)
    return moved(
        delivery,
        event,
        S.UNKNOWN,
        look_ups=look_ups,
        reason=event.detail or "Not found on the channel yet.",
        next_try_at=event.at + FIRST_BACK_OFF * 2**look_ups,
    )


def _needs_person(delivery: Delivery, event: events.Recorded, look_ups: int) -> Transition:
    reason = f"{what_to_check(delivery, event.channel)} {event.detail}".strip()
    return moved(
        delivery, event, S.NEEDS_PERSON, reason=reason, look_ups=look_ups, next_try_at=None
    )


def what_to_check(delivery: Delivery, channel: str) -> str:
    """What a person has to look at before anything else: where, which words, and from when to when."""
    began = [a.began_at for a in delivery.attempts if a.purpose is Purpose.SEND]
    times = f"between {_minute(min(began))} and {_minute(max(began) + LOOK_AFTER)}"
    words = _shown(delivery.text)
    match delivery.action:
        case DeliveryAction.DELETE:
            return f"It may be gone: look on {channel} whether {words} still stands there."
        case DeliveryAction.PROFILE | DeliveryAction.PROFILE_REVERT:
            return f"The profile may be changed: look on {channel} whether it shows {words}."
        case DeliveryAction.EDIT:
            return f"It may be changed: look on {channel} whether it says {words} since {times}."
        case _:
            return f"It may be published: look on {channel} for {words}, {times}, before anything else."


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{flat}”" if len(flat) <= SHOWN else f"“{flat[:SHOWN].rstrip()}…”"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _absent(delivery: Delivery, event: events.Recorded) -> Transition:
    if not may_send_again(delivery, event):
        return _look_again(delivery, event)
    return moved(
        delivery, event, S.RETRY_WAIT, reason="Not found on the channel.", next_try_at=event.at
    )


def may_send_again(delivery: Delivery, event: events.Event) -> bool:
    """Whether a second send of an unknown delivery cannot make a second post.

    What says how something shall be is not doubled by saying it again.
    """
    if delivery.is_repeatable:
        return delivery.idempotency_class is not IdempotencyClass.C
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
