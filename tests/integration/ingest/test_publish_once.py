"""A short dose of P1, class A: each of the six points once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from services.ingest.application.ports import Point
from tests.faults.p1_run import a_program, run


@pytest.mark.timeout(900)
def test_a_publisher_that_dies_publishes_nothing_twice(
    tmp_path: Path, mongo_uri: str, kafka_bootstrap: str, namespace: str
) -> None:
    dice = random.Random(1)
    with a_program(tmp_path, mongo_uri, kafka_bootstrap, namespace, dice=dice) as (program, proxy):
        verdict = run(program, proxy, kills=len(Point), seconds=400, dice=dice)
    assert verdict.is_clean, verdict
    assert set(verdict.kills) == {point.value for point in Point}
