"""Approvals that lapsed before they were used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ContentState
from services.reporting.measures import Unit

NAME: Final = "approvals_expired"
MEANING: Final = (
    "Items whose approval expired while they waited to go out. "
    "An expiry belongs to the day it happened, and to the first channel of its item."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "The red-tape clock of DOMAIN 10. DOMAIN 3."
STATE: Final = ContentState


def contribution(state: ContentState) -> Iterator[Contribution]:
    """One for each time."""
    for one in state.expiries:
        yield Contribution(day_of(one.at), one.channel_id, one.unit_id)
