"""Metrics of the supervisor: whether its children live, and how often they had to be revived."""

from __future__ import annotations

from typing import Final

from chassis.metrics import MetricDef, counter, gauge

CHILD_UP: Final = gauge(
    "rostrum_child_up",
    "1 while the process is there. 0: it died and its next start is being waited for.",
    "process",
)
CHILD_RESTARTS: Final = counter(
    "rostrum_child_restarts_total",
    "Starts after a death. Grows: the process crashes; its log says why.",
    "process",
)

METRICS: Final[tuple[MetricDef, ...]] = (CHILD_UP, CHILD_RESTARTS)
