"""Short doses of P2, P3 and P5, and changes of what is live, on a real server and a real database."""

from __future__ import annotations

import random
from typing import Any

import pytest

from contracts.workflow.content import Variant
from contracts.workflow.deliveries import DeliveryState, StopAll
from services.workflow.domain.deliveries.delivery import Delivery
from tests.faults.clock_world import a_world
from tests.faults.p2_run import Scene, a_scene, outage
from tests.faults.p3_run import a_late_world, scheduler_down
from tests.faults.p5_run import race
from tests.faults.stop_run import stops
from tests.support.corrections import corrected
from tests.unit.workflow_content.newsroom import publisher_of

pytestmark = pytest.mark.timeout(300)


def test_a_channel_that_was_away_for_two_hours_leaves_nothing_silent(
    mongo_uri: str, namespace: str
) -> None:
    with a_scene(mongo_uri, namespace) as scene:
        found = outage(scene, posts=6, lost=2)
    assert found.unknown_at_return == 2
    assert found.is_clean, found


def test_a_late_scheduler_sends_in_turn_and_nothing_past_its_window(
    mongo_uri: str, namespace: str
) -> None:
    with a_late_world(mongo_uri, namespace) as (world, board):
        found = scheduler_down(world, board, posts=12)
    assert found.is_clean, found
    assert found.states["held"] > 0


def test_a_revoke_that_was_answered_holds(mongo_uri: str, namespace: str) -> None:
    with a_world(mongo_uri, namespace) as world:
        races = race(world, 20, random.Random(1))
    assert races.is_clean, races


def test_nothing_begins_after_a_stop_was_answered(mongo_uri: str, namespace: str) -> None:
    with a_world(mongo_uri, namespace) as world:
        found = stops(world, 6, 8, random.Random(1))
    assert not found.begun_after, found
    assert found.begun_before, found
    assert found.held_back, found


def test_a_stop_that_was_answered_holds_against_an_attempt_at_the_same_time(
    mongo_uri: str, namespace: str
) -> None:
    with a_scene(mongo_uri, namespace) as scene:
        world = scene.world
        world.planned("Too merry for today.", 10)
        stopped: list[Any] = []

        def at(_: Any) -> None:
            if not stopped:
                stopped.append(world.give(StopAll(reason="A flood.")))

        world.tick(10, at=at)
        assert scene.published() == []
        world.tick(31)
        world.tick(31)
        (one,) = world.deliveries()
    assert one.state is DeliveryState.HELD


def changed(scene: Scene, original: Delivery, text: str | None) -> Delivery:
    """The delivery of an edit, or of a deletion without words, after one try."""
    world = scene.world
    variant = Variant(channel_id=original.channel_id, text=text) if text else None
    source_id = "c-edit" if text else "c-delete"
    planned = world.factory.run(
        publisher_of(world),
        world.org_id,
        lambda work: corrected(original, variant, work, source_id=source_id),
    )
    world.tick(1)
    return world.factory.reader(world.org_id).get(Delivery, planned.id)


def test_what_is_live_is_edited_and_deleted_on_its_platform(mongo_uri: str, namespace: str) -> None:
    with a_scene(mongo_uri, namespace) as scene:
        scene.world.planned("The bridge opens on Monday.", 10)
        scene.world.tick(10)
        (original,) = scene.world.deliveries()
        assert changed(scene, original, "It opens on Tuesday.").state is DeliveryState.CONFIRMED
        assert scene.published() == ["It opens on Tuesday."]
        assert changed(scene, original, None).state is DeliveryState.CONFIRMED
        assert scene.published() == []
