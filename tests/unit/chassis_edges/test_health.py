"""Health: live means the loops move, ready means work would be done."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from chassis.health import Health, observe_health
from chassis.metrics import exposition


class Seconds:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def out_of_reach() -> None:
    raise ConnectionError("nobody there")


def test_a_loop_that_stops_moving_makes_the_process_dead() -> None:
    now = Seconds()
    health = Health(now)
    health.expect("relay", within=5)
    now.at += 4
    assert health.live().is_good
    now.at += 2
    report = health.live()
    assert not report.is_good
    assert "expected every 5 s" in report.parts["relay"]
    health.beat("relay")
    assert health.live().is_good


def test_a_dependency_that_is_away_makes_it_unready_but_not_dead() -> None:
    health = Health()
    health.probe("mongo", out_of_reach)
    assert health.live().is_good
    report = health.ready()
    assert not report.is_good
    assert report.parts["mongo"] == "does not answer: ConnectionError"


def test_probes_are_asked_at_most_once_a_second() -> None:
    now = Seconds()
    health = Health(now)
    asked: list[float] = []
    health.probe("mongo", lambda: asked.append(now.at))
    for _ in range(3):
        assert health.ready().is_good
    now.at += 1.5
    assert health.ready().is_good
    assert asked == [100.0, 101.5]


def test_a_draining_process_is_alive_and_takes_nothing() -> None:
    health = Health()
    health.drain()
    assert health.live().is_good
    assert health.ready().parts == {"process": "draining"}
    assert not health.ready().is_good


def test_a_loop_that_ended_on_purpose_is_not_missed() -> None:
    now = Seconds()
    health = Health(now)
    health.expect("import", within=5)
    health.forget("import")
    now.at += 60
    assert health.live().is_good


def test_heartbeat_ages_and_readiness_are_scraped() -> None:
    now = Seconds()
    health = Health(now)
    health.expect("relay")
    now.at += 3
    registry = CollectorRegistry()
    observe_health(registry, health)
    text = exposition(registry).decode()
    assert 'rostrum_loop_heartbeat_age_seconds{loop="relay"} 3.0' in text
    assert "rostrum_ready 1.0" in text
