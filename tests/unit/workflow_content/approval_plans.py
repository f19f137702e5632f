"""Routes of any shape over six people, and when an event makes sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from contracts.workflow.content import ContentState, RequiredSeat, StageMode, StagePlan
from tests.unit.workflow_content.builders import NOW

PEOPLE = ("ann", "bob", "cid", "dan", "eve", "fay")
people = st.sampled_from(PEOPLE)


def during(*states: ContentState) -> Callable[[Any], Any]:
    """Try the rule only while the item is in one of these states: most examples then get far."""
    return precondition(lambda world: hasattr(world, "item") and world.item.state in states)


@st.composite
def plans(draw: Any) -> tuple[StagePlan, ...]:
    """One to three stages of any mode, some with a required seat; most of them can be passed."""
    stages = draw(st.sampled_from([1, 1, 2, 3]))
    return tuple(draw(_plan(order)) for order in range(1, stages + 1))


@st.composite
def _plan(draw: Any, order: int) -> StagePlan:
    modes = [StageMode.ANY, StageMode.ANY, StageMode.QUORUM, StageMode.ALL]
    seats = draw(st.sampled_from([(), (), (), PEOPLE, ("bob", "cid"), ("ann", "dan")]))
    reviewers = [PEOPLE, PEOPLE[1:], PEOPLE[2:], ("bob", "cid"), ("dan",), ("ann", "eve")]
    return StagePlan(
        order=order,
        mode=draw(st.sampled_from(modes)),
        quorum=draw(st.integers(1, 3)),
        reviewer_ids=draw(st.sampled_from(reviewers)),
        due_at=NOW + timedelta(hours=order),
        required=(RequiredSeat(name="legal", reviewer_ids=seats),) if seats else (),
        escalation_ids=draw(st.sampled_from([(), ("fay",)])),
    )
