"""Messages of the public."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ConversationState
from services.reporting.measures import Unit

NAME: Final = "mentions_inbound"
MEANING: Final = (
    "Messages of the public that joined conversations. A message belongs to the day it was posted."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "DOMAIN 4: an arrival has a direction."
STATE: Final = ConversationState


def contribution(state: ConversationState) -> Iterator[Contribution]:
    """One for each inbound message."""
    for one in state.inbound:
        yield Contribution(day_of(one.posted_at), state.channel_id, state.unit_id)
