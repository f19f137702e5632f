"""Stages of review that took longer than their time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ContentState
from services.reporting.measures import Unit

NAME: Final = "stages_overdue"
MEANING: Final = (
    "Stages of review that closed after they were due. "
    "A stage belongs to the day it closed, and to the first channel of its item."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "The red-tape clock of DOMAIN 10."
STATE: Final = ContentState


def contribution(state: ContentState) -> Iterator[Contribution]:
    """One for each stage."""
    for one in state.waits:
        if one.is_overdue:
            yield Contribution(day_of(one.closed_at), one.channel_id, one.unit_id)
