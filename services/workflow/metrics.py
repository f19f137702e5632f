"""Metrics of workflow itself, beside those that the runtime moves for every service."""

from __future__ import annotations

from typing import Final

from chassis.metrics import MetricDef

METRICS: Final[tuple[MetricDef, ...]] = ()
"""So far the runtime's own tell everything: commands by outcome, timers, consumers, the outbox."""
