"""Metrics: declared once, moved by their declaration, clean for Prometheus."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from prometheus_client import CollectorRegistry

from chassis.health import Health, observe_health
from chassis.metric_defs import CHASSIS_METRICS, METRICS, RELAY_SENT
from chassis.metrics import (
    MetricDef,
    MetricKind,
    Metrics,
    counter,
    exposition,
    gauge,
    histogram,
    new_registry,
    silent_metrics,
)

BREAD = counter("rostrum_bread_total", "Loaves baked.", "kind")
HEAT = gauge("rostrum_oven_heat_celsius", "How hot it is.", unit="celsius")
BAKING = histogram("rostrum_baking_seconds", "How long it takes.")


def bakery() -> tuple[Metrics, CollectorRegistry]:
    registry = CollectorRegistry()
    return Metrics((BREAD, HEAT, BAKING), registry), registry


def test_each_kind_moves_and_is_exposed() -> None:
    metrics, registry = bakery()
    metrics.count(BREAD, 2, kind="rye")
    metrics.set(HEAT, 220)
    metrics.observe(BAKING, 0.3)
    text = exposition(registry).decode()
    assert 'rostrum_bread_total{kind="rye"} 2.0' in text
    assert "rostrum_oven_heat_celsius 220.0" in text
    assert 'rostrum_baking_seconds_bucket{le="0.5"} 1.0' in text


def test_a_timed_block_is_observed_even_if_it_raises() -> None:
    metrics, registry = bakery()
    with pytest.raises(LookupError), metrics.timed(BAKING):
        raise LookupError
    assert "rostrum_baking_seconds_count 1.0" in exposition(registry).decode()


def test_the_wrong_kind_label_or_an_undeclared_metric_raises() -> None:
    metrics, _ = bakery()
    with pytest.raises(TypeError, match="no counter"):
        metrics.count(HEAT)
    with pytest.raises(TypeError, match="no gauge"):
        metrics.set(BAKING, 1)
    with pytest.raises(TypeError, match="no histogram"):
        metrics.observe(HEAT, 1)
    with pytest.raises(ValueError, match="label"):
        metrics.count(BREAD, flavour="rye")
    with pytest.raises(KeyError):
        metrics.count(RELAY_SENT, source="x", topic="y")


def test_silent_metrics_can_be_built_again_and_again() -> None:
    for _ in range(2):
        silent_metrics(CHASSIS_METRICS).count(RELAY_SENT, source="x", topic="y")


def sampled(metrics: Metrics, item: MetricDef) -> None:
    labels = dict.fromkeys(item.labels, "x")
    if item.kind is MetricKind.COUNTER:
        metrics.count(item, **labels)
    elif item.kind is MetricKind.GAUGE:
        metrics.set(item, 1, **labels)
    else:
        metrics.observe(item, 1, **labels)


def test_promtool_finds_nothing_in_the_metrics_of_the_runtime() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: make setup")
    registry = new_registry()
    metrics = Metrics(CHASSIS_METRICS, registry)
    observe_health(registry, Health())
    for item in CHASSIS_METRICS:
        sampled(metrics, item)
    done = subprocess.run(
        [promtool, "check", "metrics"],
        input=exposition(registry),
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_every_metric_of_the_runtime_is_named_and_explained() -> None:
    for item in METRICS:
        assert item.name.startswith("rostrum_"), item.name
        assert item.meaning.endswith("."), item.name
        assert (item.kind is MetricKind.COUNTER) == item.name.endswith("_total"), item.name
        assert item.unit in {"", "seconds", "bytes"}, item.name
        assert not item.unit or item.name.endswith(item.unit), item.name
