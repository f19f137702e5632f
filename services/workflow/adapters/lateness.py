"""Measures how late things go out, at the door where publishers tell that they are out."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from chassis.commands import HandledAnswer, IdempotencyKey
from chassis.errors import Refusal
from chassis.http.commands import Bus
from chassis.metrics import Metrics
from chassis.ports import Actor
from contracts.commands import Done
from contracts.workflow.deliveries import DeliveryState, RecordAttempt
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.metrics import PUBLISH_LATENESS

TOLD: Final = RecordAttempt.__name__


class Reader(Protocol):
    """What is committed, of one organization."""

    def get(self, kind: type[Delivery], ident: str) -> Delivery:
        """NotFound if there is none."""
        ...


class Readers(Protocol):
    """Whoever reads outside of transactions."""

    def reader(self, org_id: str) -> Reader:
        """Of this organization."""
        ...


class LatenessBus:
    """The bus as it was given, and one look at each delivery that it confirmed, after the commit."""

    def __init__(self, bus: Bus, factory: Readers, metrics: Metrics) -> None:
        self._bus, self._factory, self._metrics = bus, factory, metrics

    def handle(
        self, name: str, body: bytes, actor: Actor, *, key: IdempotencyKey | None
    ) -> HandledAnswer:
        """As the bus answers; a repeat is not measured again."""
        answer = self._bus.handle(name, body, actor, key=key)
        if name == TOLD and not answer.is_repeat:
            self._measure(answer, actor)
        return answer

    def _measure(self, answer: HandledAnswer, actor: Actor) -> None:
        done = msgspec.json.decode(answer.body, type=Done)
        if done.state != DeliveryState.CONFIRMED.value or actor.org_id is None:
            return
        try:
            delivery = self._factory.reader(actor.org_id).get(Delivery, done.id)
        except Refusal:
            return
        if delivery.is_publication and delivery.confirmed_at is not None:
            late = (delivery.confirmed_at - delivery.due_at).total_seconds()
            self._metrics.observe(PUBLISH_LATENESS, max(0.0, late))
