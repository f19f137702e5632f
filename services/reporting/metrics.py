"""Metrics of reporting itself, beside those that the runtime moves for every service."""

from __future__ import annotations

from typing import Final

from chassis.metrics import MetricDef

METRICS: Final[tuple[MetricDef, ...]] = ()
"""So far the runtime's own tell everything: lag, age and time of each group's batches."""
