"""The delivery machine of DOMAIN 6: one pure transition function.

    pending -> leased -> sending -> confirmed | retry_wait | failed | unknown
    a lapsed lease: leased -> pending, sending -> unknown
    unknown -> confirmed | retry_wait | needs_person, only after a read-back
    pending, leased, retry_wait -> held; a stop that is over gives them back: held -> pending

What each outcome leads to stands in ``outcomes``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.deliveries import (
    AttemptBegan,
    AttemptEnded,
    DeliveryAction,
    DeliveryHeld,
    DeliveryState,
    HeldBy,
    Outcome,
    Purpose,
)
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Attempt, Delivery
from services.workflow.domain.deliveries.outcomes import OUTCOMES
from services.workflow.domain.deliveries.step import Transition, moved

S = DeliveryState

ALLOWED: Final[dict[type[events.Event], frozenset[DeliveryState]]] = {
    events.Leased: frozenset({S.PENDING, S.RETRY_WAIT, S.UNKNOWN}),
    events.Lapsed: frozenset({S.LEASED, S.SENDING, S.UNKNOWN}),
    events.Began: frozenset({S.LEASED}),
    events.Recorded: frozenset({S.LEASED, S.SENDING, S.UNKNOWN}),
    events.Held: frozenset({S.PENDING, S.LEASED, S.RETRY_WAIT}),
    events.Released: frozenset({S.HELD}),
    events.TurnGiven: frozenset({S.PENDING, S.RETRY_WAIT}),
    events.Cancelled: frozenset({S.PENDING, S.LEASED, S.RETRY_WAIT, S.HELD}),
    events.Given: frozenset({S.PENDING, S.LEASED, S.RETRY_WAIT}),
    events.TriedAgain: frozenset({S.FAILED, S.NEEDS_PERSON, S.HELD}),
    events.Settled: frozenset({S.SENDING, S.UNKNOWN, S.NEEDS_PERSON, S.FAILED, S.RETRY_WAIT}),
}


def transition(delivery: Delivery, event: events.Event) -> Transition:
    """The only way in which a delivery changes. Refuses WrongState and Fenced."""
    kind = type(event)
    if delivery.state not in ALLOWED[kind]:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            f"A delivery that is {delivery.state.value} cannot take {kind.__name__}.",
            data={"state": delivery.state.value, "event": kind.__name__},
        )
    return _STEPS[kind](delivery, event)


def _leased(delivery: Delivery, event: events.Leased) -> Transition:
    if delivery.lease_until and delivery.lease_until > event.at:
        raise Refusal(RefusalCode.FENCED, "Another publisher holds this delivery.")
    if delivery.next_try_at and delivery.next_try_at > event.at:
        raise Refusal(RefusalCode.WRONG_STATE, "It is not yet time to try again.")
    return moved(
        delivery,
        event,
        S.UNKNOWN if delivery.state is S.UNKNOWN else S.LEASED,
        fence=delivery.fence + 1,
        lease_owner=event.owner,
        lease_until=event.until,
        idempotency_class=event.idempotency_class,
        key_life_seconds=event.key_life_seconds,
        next_try_at=None,
    )


def _lapsed(delivery: Delivery, event: events.Lapsed) -> Transition:
    match delivery.state:
        case S.LEASED:
            return moved(delivery, event, S.PENDING, lease_owner=None, lease_until=None)
        case S.SENDING:
            reason = "The publisher fell silent after it had begun to send."
            return moved(
                delivery, event, S.UNKNOWN, reason=reason, lease_owner=None, lease_until=None
            )
        case _:
            return moved(delivery, event, S.UNKNOWN, lease_owner=None, lease_until=None)


def _began(delivery: Delivery, event: events.Began) -> Transition:
    _refuse_stale(delivery, event.owner, event.fence)
    if delivery.lease_until is None or delivery.lease_until <= event.at:
        raise Refusal(RefusalCode.FENCED, "The lease has run out.")
    attempt = Attempt(
        n=len(delivery.attempts) + 1,
        fence=event.fence,
        purpose=Purpose.SEND,
        lease_owner=event.owner,
        request_digest=event.request_digest,
        began_at=event.at,
    )
    fact = AttemptBegan(
        delivery_id=delivery.id,
        channel_id=delivery.channel_id,
        attempt=attempt.n,
        fence=event.fence,
        began_at=event.at,
    )
    return moved(
        delivery,
        event,
        S.SENDING,
        fact,
        attempts=(*delivery.attempts, attempt),
        first_sent_at=delivery.first_sent_at or event.at,
        **_what_is_covered(delivery, event),
    )


def _what_is_covered(delivery: Delivery, event: events.Began) -> dict[str, Any]:
    """Captured once, before the first byte: what a later try would capture is our own."""
    if delivery.action is not DeliveryAction.PROFILE or delivery.captured is not None:
        return {}
    if event.captured is None:
        raise Refusal(RefusalCode.WRONG_STATE, "Say first what the profile shows now.")
    return {"captured": event.captured, "captured_media": event.captured_media}


def _refuse_stale(delivery: Delivery, owner: str, fence: int) -> None:
    if fence != delivery.fence or (delivery.lease_owner not in (None, owner)):
        raise Refusal(
            RefusalCode.FENCED,
            "A newer lease exists; what the older one says is not heard.",
            data={"fence": delivery.fence},
        )


UNSENT: Final = frozenset({Outcome.NOT_APPLIED, Outcome.REFUSED})
"""All that can be said of a lease whose attempt never began."""


def _recorded(delivery: Delivery, event: events.Recorded) -> Transition:
    _refuse_stale(delivery, event.owner, event.fence)
    if delivery.state is S.LEASED and event.outcome not in UNSENT:
        raise Refusal(RefusalCode.WRONG_STATE, "No attempt of this lease has begun.")
    ended = _with_end(delivery, event)
    fact = AttemptEnded(
        delivery_id=delivery.id,
        channel_id=delivery.channel_id,
        attempt=ended.attempts[-1].n,
        outcome=event.outcome,
        http_status=event.http_status,
        detail=event.detail,
        ended_at=event.at,
    )
    after = OUTCOMES[event.outcome](ended, event)
    return Transition(after.delivery, (fact, *after.facts))


def _with_end(delivery: Delivery, event: events.Recorded) -> Delivery:
    """The attempts with this one ended; a read-back, or a try that never began, is its own entry."""
    attempts = delivery.attempts
    is_begun = bool(attempts) and attempts[-1].fence == event.fence
    attempt = attempts[-1] if is_begun else _unsent_attempt(delivery, event)
    ended = msgspec.structs.replace(
        attempt,
        ended_at=event.at,
        outcome=event.outcome,
        http_status=event.http_status,
        detail=event.detail,
        external_id=event.external_id,
    )
    kept = attempts[:-1] if is_begun else attempts
    return msgspec.structs.replace(
        delivery, attempts=(*kept, ended), lease_owner=None, lease_until=None
    )


def _unsent_attempt(delivery: Delivery, event: events.Recorded) -> Attempt:
    purpose = Purpose.READ_BACK if delivery.state is S.UNKNOWN else Purpose.SEND
    return Attempt(
        n=len(delivery.attempts) + 1,
        fence=event.fence,
        purpose=purpose,
        lease_owner=event.owner,
        request_digest="",
        began_at=event.at,
    )


def _held(delivery: Delivery, event: events.Held) -> Transition:
    fact = DeliveryHeld(
        delivery_id=delivery.id,
        content_id=delivery.content_id,
        channel_id=delivery.channel_id,
        unit_id=delivery.unit_id,
        held_by=event.held_by,
        reason=event.reason,
        due_at=delivery.due_at,
        late_seconds=max(int((event.at - delivery.due_at).total_seconds()), 0),
        told_ids=event.told_ids,
        stop_id=event.stop_id,
        window_id=event.window_id,
    )
    return moved(
        delivery,
        event,
        S.HELD,
        fact,
        reason=event.reason,
        held_by=event.held_by,
        stop_id=event.stop_id,
        window_id=event.window_id,
        **_FREE,
    )


BY_THE_CLOCK: Final = frozenset({HeldBy.STOP, HeldBy.WINDOW})
"""What ends by itself: then what it held is free again."""


def _released(delivery: Delivery, event: events.Released) -> Transition:
    if delivery.held_by not in BY_THE_CLOCK:
        raise Refusal(RefusalCode.WRONG_STATE, "A person has to decide about this delivery.")
    return moved(delivery, event, S.PENDING, reason="", **_FREE, **_UNHELD)


def _turn_given(delivery: Delivery, event: events.TurnGiven) -> Transition:
    return moved(delivery, event, delivery.state, slot_at=event.slot_at, next_try_at=event.slot_at)


_FREE: Final[dict[str, Any]] = {
    "lease_owner": None,
    "lease_until": None,
    "next_try_at": None,
    "slot_at": None,
}
_UNHELD: Final[dict[str, Any]] = {"held_by": None, "stop_id": None, "window_id": None}


def _cancelled(delivery: Delivery, event: events.Cancelled) -> Transition:
    return moved(
        delivery,
        event,
        S.CANCELLED,
        reason=event.reason,
        **_FREE,
    )


def _given(delivery: Delivery, event: events.Given) -> Transition:
    return moved(
        delivery,
        event,
        S.FAILED,
        reason=event.reason,
        **_FREE,
    )


def _tried_again(delivery: Delivery, event: events.TriedAgain) -> Transition:
    _refuse_without_reason(event.reason)
    return moved(
        delivery,
        event,
        S.PENDING,
        reason=event.reason,
        due_at=event.at,
        look_ups=0,
        **_FREE,
        **_UNHELD,
    )


def _settled(delivery: Delivery, event: events.Settled) -> Transition:
    _refuse_without_reason(event.reason)
    if not event.external_id:
        return moved(delivery, event, S.CANCELLED, reason=event.reason, **_FREE)
    return moved(
        delivery,
        event,
        S.CONFIRMED,
        external_id=event.external_id if delivery.is_publication else None,
        url=event.url,
        confirmed_at=event.at,
        reason=event.reason,
        **_FREE,
    )


def _refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(
            RefusalCode.REASON_REQUIRED, "Say what you saw on the channel.", field=("reason",)
        )


_STEPS: Final[dict[type[events.Event], Callable[[Delivery, Any], Transition]]] = {
    events.Leased: _leased,
    events.Lapsed: _lapsed,
    events.Began: _began,
    events.Recorded: _recorded,
    events.Held: _held,
    events.Released: _released,
    events.TurnGiven: _turn_given,
    events.Cancelled: _cancelled,
    events.Given: _given,
    events.TriedAgain: _tried_again,
    events.Settled: _settled,
}
