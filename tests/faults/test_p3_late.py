"""P3: late is a decision. The scheduler is down for three hours with 200 posts due."""

from __future__ import annotations

import os

import pytest

from tests.faults.p3_run import a_late_world, scheduler_down
from tests.faults.record import record, so_far

NAME = "P3 scheduler down"
POSTS = int(os.environ.get("FAULTS_POSTS", "200"))


@pytest.mark.timeout(1800)
def test_what_is_late_waits_its_turn_or_for_a_person(mongo_uri: str, namespace: str) -> None:
    _, seed = so_far(NAME)
    with a_late_world(mongo_uri, namespace) as (world, board):
        found = scheduler_down(world, board, posts=POSTS)
    must = "0 sent past their window, released at the channel's rate"
    told = f"posts ({dict(found.states)}, shortest gap {found.shortest_gap:g} s)"
    record(NAME, POSTS, told, must, found.is_clean, seed=seed)
    assert found.is_clean, found
