"""S11: fail closed. Without the store that says yes, nothing is published."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.ingest.application.ports import Point
from tests.faults.record import record, so_far
from tests.faults.s11_run import a_scene, close

NAME = "S11 fail closed"
POSTS = int(os.environ.get("FAULTS_POSTS", "20"))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("point", [Point.BEFORE_CLAIM, Point.AFTER_CLAIM])
def test_without_the_store_of_approvals_nothing_is_published(
    point: Point, tmp_path: Path, mongo_uri: str, namespace: str
) -> None:
    with a_scene(mongo_uri, namespace, tmp_path) as scene:
        found = close(scene, point, posts=POSTS)
    is_clean = found.sent_while_away == 0 and found.doubles == 0
    _, seed = so_far(NAME)
    told = f"due posts (killed {point.value}; afterwards {dict(found.states or {})})"
    record(NAME, POSTS, told, "0 sent while it is away", is_clean, seed=seed)
    assert is_clean, found
    assert found.states == {"confirmed": POSTS}
