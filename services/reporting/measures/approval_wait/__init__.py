"""How long approvals took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ContentState
from services.reporting.measures import Unit

NAME: Final = "approval_wait"
MEANING: Final = (
    "Every review round that ended in approval: the time from its opening to its end. "
    "A value belongs to the day of the approval, and to the first channel of its item."
)
UNIT: Final = Unit.SECONDS
SOURCE: Final = "DOMAIN 3; the red-tape clock of DOMAIN 10."
STATE: Final = ContentState


def contribution(state: ContentState) -> Iterator[Contribution]:
    """One for each round."""
    for one in state.approvals:
        yield Contribution(day_of(one.at), one.channel_id, one.unit_id, one.waited_seconds)
