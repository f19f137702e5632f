"""Health that proves that work moves: heartbeats of loops, probes of dependencies, draining.

``/livez`` is about this process only: a loop that stopped moving makes it restart, a database that
is away does not. ``/readyz`` is about taking work: dependencies answer and nobody is draining.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from chassis import metric_defs
from chassis.metrics import MetricDef

HEARTBEAT_SECONDS: Final = 60.0
PROBE_CACHE_SECONDS: Final = 1.0
Probe = Callable[[], None]
"""Asks a dependency for a sign of life within about a second; raises if there is none."""


@dataclass(frozen=True)
class Report:
    """The answer of a health question: one sentence per part that was asked."""

    is_good: bool
    parts: dict[str, str] = field(default_factory=dict)


class Health:
    """What a process knows about its own loops and dependencies; safe to use from any thread."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._beats: dict[str, tuple[float, float]] = {}
        self._probes: dict[str, Probe] = {}
        self._last_ready: tuple[float, Report] | None = None
        self._draining = False

    def expect(self, loop: str, within: float = HEARTBEAT_SECONDS) -> None:
        """From now on this loop has to beat at least every ``within`` seconds."""
        self._beats[loop] = (self._now(), within)

    def beat(self, loop: str) -> None:
        """The loop finished a step."""
        _, within = self._beats.get(loop, (0.0, HEARTBEAT_SECONDS))
        self._beats[loop] = (self._now(), within)

    def forget(self, loop: str) -> None:
        """The loop ended on purpose."""
        self._beats.pop(loop, None)

    def probe(self, name: str, ask: Probe) -> None:
        """Ask this dependency whenever readiness is asked, at most once a second."""
        self._probes[name] = ask

    def drain(self) -> None:
        """Not ready from now on: what was begun is finished, nothing new is taken."""
        self._draining = True

    @property
    def is_draining(self) -> bool:
        """True once ``drain`` was called."""
        return self._draining

    def ages(self) -> dict[str, float]:
        """Seconds since each loop last beat."""
        now = self._now()
        return {loop: now - at for loop, (at, _) in list(self._beats.items())}

    def live(self) -> Report:
        """Do the loops move? Never asks a dependency."""
        now = self._now()
        late = {
            loop: f"no step for {now - at:.0f} s, expected every {within:.0f} s"
            for loop, (at, within) in list(self._beats.items())
            if now - at > within
        }
        moving = {loop: "moves" for loop in list(self._beats) if loop not in late}
        return Report(not late, {**moving, **late})

    def ready(self) -> Report:
        """Would work that arrives now be done? Probes are cached for a second."""
        if self._draining:
            return Report(is_good=False, parts={"process": "draining"})
        now = self._now()
        if self._last_ready is None or now - self._last_ready[0] > PROBE_CACHE_SECONDS:
            self._last_ready = (now, self._ask())
        return self._last_ready[1]

    def _ask(self) -> Report:
        answers = {name: _answer(ask) for name, ask in self._probes.items()}
        return Report(all(text == "answers" for text in answers.values()), answers)


def _answer(ask: Probe) -> str:
    try:
        ask()
    except Exception as wrong:  # noqa: BLE001 - any failure of a dependency means the same here
        return f"does not answer: {type(wrong).__name__}"
    return "answers"


class HealthCollector(Collector):
    """Heartbeat ages and readiness, computed when Prometheus asks."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The two families; the age has one sample per loop."""
        age = _family(metric_defs.LOOP_HEARTBEAT_AGE)
        for loop, seconds in self._health.ages().items():
            age.add_metric([loop], seconds)
        ready = _family(metric_defs.READY)
        ready.add_metric([], 1.0 if self._health.ready().is_good else 0.0)
        return [age, ready]


def _family(item: MetricDef) -> GaugeMetricFamily:
    return GaugeMetricFamily(item.name, item.meaning, labels=item.labels)


def observe_health(registry: CollectorRegistry, health: Health) -> None:
    """Show the health of this process on its /metrics."""
    registry.register(HealthCollector(health))
