"""Metrics of workflow itself, beside those that the runtime moves for every service."""

from __future__ import annotations

from typing import Final

from chassis.metrics import MetricDef, histogram

PUBLISH_LATENESS: Final = histogram(
    "rostrum_workflow_publish_lateness_seconds",
    "From the time something was due to its confirmation, as publishers told it. Rises: publishers, "
    "a platform or a backlog are slow.",
    buckets=(0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0),
)
METRICS: Final[tuple[MetricDef, ...]] = (PUBLISH_LATENESS,)
