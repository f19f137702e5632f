"""A short dose of P1 for each class: every one of the six points once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from services.ingest.application.ports import Point
from tests.faults.p1_outside import outside_of
from tests.faults.p1_run import a_program, run


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["A", pytest.param("B", marks=pytest.mark.bluesky), "C"])
def test_a_publisher_that_dies_publishes_nothing_twice(
    kind: str, tmp_path: Path, mongo_uri: str, kafka_bootstrap: str, namespace: str
) -> None:
    dice = random.Random(1)
    with (
        outside_of(kind, tmp_path / "outside") as outside,
        a_program(
            tmp_path / "home", mongo_uri, kafka_bootstrap, namespace, dice=dice, outside=outside
        ) as (program, proxy),
    ):
        verdict = run(program, proxy, kills=len(Point), seconds=400, dice=dice)
    assert verdict.is_clean, verdict
    assert set(verdict.kills) == {point.value for point in Point}
