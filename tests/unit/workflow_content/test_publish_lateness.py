"""How late things go out is measured where publishers tell that they are out."""

from __future__ import annotations

import msgspec
import pytest

from chassis.commands import HandledAnswer, IdempotencyKey
from chassis.metrics import Metrics, new_registry
from chassis.ports import Actor
from contracts.commands import Done
from contracts.workflow.deliveries import Outcome
from services.workflow.adapters.lateness import LatenessBus
from services.workflow.metrics import METRICS
from tests.unit.workflow_content.newsroom import Newsroom, publisher_of


class Answering:
    """A bus that has one answer."""

    def __init__(self, delivery_id: str, state: str, *, is_repeat: bool = False) -> None:
        body = msgspec.json.encode(Done(id=delivery_id, state=state))
        self.answer = HandledAnswer(200, body, is_repeat)

    def handle(
        self, name: str, body: bytes, actor: Actor, *, key: IdempotencyKey | None
    ) -> HandledAnswer:
        return self.answer


def measured(room: Newsroom, bus: Answering, name: str = "RecordAttempt") -> tuple[float, float]:
    """How many were measured, and the seconds of all of them."""
    registry = new_registry()
    door = LatenessBus(bus, room.factory, Metrics(METRICS, registry))
    door.handle(name, b"{}", publisher_of(room), key=None)
    of = "rostrum_workflow_publish_lateness_seconds"
    return (
        registry.get_sample_value(f"{of}_count") or 0.0,
        registry.get_sample_value(f"{of}_sum") or 0.0,
    )


@pytest.fixture
def room() -> Newsroom:
    """An organization that publishes."""
    return Newsroom()


def test_a_confirmation_is_measured_from_when_it_was_due(room: Newsroom) -> None:
    delivery = room.published_now()
    room.wait(40)
    delivery = room.delivery(delivery.content_id)
    done = room.sent(delivery, Outcome.CONFIRMED, external_id="1")
    assert measured(room, Answering(done.id, "confirmed")) == (1.0, 40.0)


def test_repeats_and_other_answers_are_not_measured(room: Newsroom) -> None:
    delivery = room.published_now()
    done = room.sent(delivery, Outcome.CONFIRMED, external_id="1")
    assert measured(room, Answering(done.id, "confirmed", is_repeat=True))[0] == 0
    assert measured(room, Answering(done.id, "unknown"))[0] == 0
    assert measured(room, Answering("gone", "confirmed"))[0] == 0
    assert measured(room, Answering(done.id, "confirmed"), "BeginAttempt")[0] == 0
