"""How long each stage of review waited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ContentState
from services.reporting.measures import Unit

NAME: Final = "stage_wait"
MEANING: Final = (
    "Every stage of review that closed, whatever its end: the time from its opening to its end, "
    "by the name of the stage. A value belongs to the day the stage closed, and to the first channel "
    "of its item."
)
UNIT: Final = Unit.SECONDS
SOURCE: Final = "The red-tape clock of DOMAIN 10."
STATE: Final = ContentState


def contribution(state: ContentState) -> Iterator[Contribution]:
    """One for each stage, under its name."""
    for one in state.waits:
        yield Contribution(
            day_of(one.closed_at), one.channel_id, one.unit_id, one.waited_seconds, one.name
        )
