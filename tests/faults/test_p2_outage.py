"""P2: a channel that is away for two hours, that asks to slow down, that has lost its token."""

from __future__ import annotations

import os

import pytest

from contracts.workflow.deliveries import DeliveryState
from tests.faults.p2_run import Outage, a_scene, judged, outage
from tests.faults.record import record, so_far

NAME = "P2 two hours away"
POSTS = int(os.environ.get("FAULTS_POSTS", "100"))


@pytest.mark.timeout(1800)
def test_two_hours_without_an_answer_leave_nothing_silent(mongo_uri: str, namespace: str) -> None:
    _, seed = so_far(NAME)
    with a_scene(mongo_uri, namespace) as scene:
        found = outage(scene, posts=POSTS, lost=POSTS // 5)
    must = "0 silent, 0 doubles, unknown known < 60 s after the channel is back"
    told = f"posts ({dict(found.states)}, {found.unknown_at_return} unknown at its return, known after {found.seconds_to_know} s)"
    record(NAME, POSTS, told, must, found.is_clean, seed=seed)
    assert found.unknown_at_return == POSTS // 5
    assert found.is_clean, found


@pytest.mark.timeout(300)
def test_a_platform_that_asks_to_slow_down_gets_its_time(mongo_uri: str, namespace: str) -> None:
    with a_scene(mongo_uri, namespace) as scene:
        world = scene.world
        slow = {"status": 429, "headers": {"retry-after": "90"}}
        scene.server.fault("/api/v1/statuses", slow, count=1)
        world.planned("Wait for it.", 10)
        world.tick(10)
        (one,) = world.deliveries()
        assert one.state is DeliveryState.RETRY_WAIT
        world.tick(60)
        assert scene.published() == []
        world.tick(60)
        found = judged(scene, ["Wait for it."], Outage())
    assert found.is_clean, found
    assert found.states == {"confirmed": 1}


@pytest.mark.timeout(300)
def test_a_revoked_token_is_a_reason_that_people_read(mongo_uri: str, namespace: str) -> None:
    with a_scene(mongo_uri, namespace) as scene:
        scene.server.fault("/api/v1/statuses", {"status": 401}, count=5)
        scene.world.planned("Nobody lets us in.", 10)
        scene.world.tick(10)
        found = judged(scene, ["Nobody lets us in."], Outage())
    assert found.is_clean, found
    assert found.states == {"failed": 1}
