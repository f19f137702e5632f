"""Metrics: declared once with kind, unit, labels and what their movement means (STYLE 20).

A service lists its own in ``services/<s>/metrics.py`` as ``METRICS: tuple[MetricDef, ...]``; those
of the chassis stand in ``metric_defs``. Grammar of a name: ``rostrum_<what>_<base unit>``, counters
end in ``_total`` (Prometheus naming rules, checked by promtool). Labels are bounded sets: an
organization is never a label unless the set of organizations is bounded, personal data never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from time import perf_counter
from typing import Any, Final, Literal

import msgspec
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SECONDS_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class MetricKind(StrEnum):
    """A counter only grows, a gauge is a state, a histogram is a distribution."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class MetricDef(msgspec.Struct, frozen=True):
    """One metric. ``meaning`` says what its movement tells an operator.

    ``across`` says how the worker processes of one web server become one gauge.
    """

    name: str
    kind: MetricKind
    unit: str
    labels: tuple[str, ...]
    meaning: str
    buckets: tuple[float, ...] = SECONDS_BUCKETS
    across: Literal["livemax", "livesum", "livemin"] = "livemax"


def counter(name: str, meaning: str, *labels: str, unit: str = "") -> MetricDef:
    """Declare a counter; its name ends in ``_total``."""
    return MetricDef(name, MetricKind.COUNTER, unit, labels, meaning)


def gauge(name: str, meaning: str, *labels: str, unit: str = "") -> MetricDef:
    """Declare a gauge; of several worker processes the highest value counts."""
    return MetricDef(name, MetricKind.GAUGE, unit, labels, meaning)


def histogram(
    name: str, meaning: str, *labels: str, buckets: tuple[float, ...] = SECONDS_BUCKETS
) -> MetricDef:
    """Declare a histogram of seconds."""
    return MetricDef(name, MetricKind.HISTOGRAM, "seconds", labels, meaning, buckets)


def new_registry() -> CollectorRegistry:
    """A registry of one process, with its memory, processor time and open files."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


def _built(item: MetricDef, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    common: dict[str, Any] = {"labelnames": item.labels, "registry": registry}
    if item.kind is MetricKind.COUNTER:
        return Counter(item.name, item.meaning, **common)
    if item.kind is MetricKind.GAUGE:
        return Gauge(item.name, item.meaning, multiprocess_mode=item.across, **common)
    return Histogram(item.name, item.meaning, buckets=item.buckets, **common)


class Metrics:
    """Moves declared metrics; an undeclared one, or a wrong label, is a bug and raises."""

    def __init__(self, defs: Iterable[MetricDef], registry: CollectorRegistry) -> None:
        self.defs = tuple(defs)
        self.registry = registry
        self._series = {item.name: _built(item, registry) for item in self.defs}

    def count(self, item: MetricDef, by: float = 1, /, **labels: str) -> None:
        """Add to a counter."""
        found = self._series[item.name]
        if not isinstance(found, Counter):
            raise TypeError(f"{item.name} is no counter")
        (found.labels(**labels) if labels else found).inc(by)

    def set(self, item: MetricDef, value: float, /, **labels: str) -> None:
        """Set a gauge."""
        found = self._series[item.name]
        if not isinstance(found, Gauge):
            raise TypeError(f"{item.name} is no gauge")
        (found.labels(**labels) if labels else found).set(value)

    def observe(self, item: MetricDef, value: float, /, **labels: str) -> None:
        """Add one observation, in the metric's unit, to a histogram."""
        found = self._series[item.name]
        if not isinstance(found, Histogram):
            raise TypeError(f"{item.name} is no histogram")
        (found.labels(**labels) if labels else found).observe(value)

    @contextmanager
    def timed(self, item: MetricDef, /, **labels: str) -> Iterator[None]:
        """Observe how many seconds the block took, also when it raises."""
        began = perf_counter()
        try:
            yield
        finally:
            self.observe(item, perf_counter() - began, **labels)


def silent_metrics(defs: Iterable[MetricDef]) -> Metrics:
    """Metrics that nobody scrapes: for tests and one-off commands."""
    return Metrics(defs, CollectorRegistry())


def exposition(registry: CollectorRegistry) -> bytes:
    """What /metrics answers: this process, or all workers of a web server in multiprocess mode.

    Multiprocess mode is on if ``PROMETHEUS_MULTIPROC_DIR`` was set when prometheus_client was
    first imported (``chassis.http.gunicorn_conf``).
    """
    if values.ValueClass is values.MutexValue:
        return generate_latest(registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
