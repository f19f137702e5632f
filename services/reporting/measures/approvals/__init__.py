"""Review rounds that ended in approval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ContentState
from services.reporting.measures import Unit

NAME: Final = "approvals"
MEANING: Final = (
    "Review rounds that ended in approval, of posts and replies. "
    "An approval belongs to the day it was given, and to the first channel of its item."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "DOMAIN 3."
STATE: Final = ContentState


def contribution(state: ContentState) -> Iterator[Contribution]:
    """One for each round."""
    for one in state.approvals:
        yield Contribution(day_of(one.at), one.channel_id, one.unit_id)
