"""Messages that joined conversations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ConversationState
from services.reporting.measures import Unit

NAME: Final = "mentions"
MEANING: Final = (
    "Messages that joined conversations, of the public and of our own accounts. "
    "A message belongs to the day it was posted."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "DOMAIN 4; the rows of a customer-support archive."
STATE: Final = ConversationState


def contribution(state: ConversationState) -> Iterator[Contribution]:
    """One for each message."""
    for one in state.messages:
        yield Contribution(day_of(one.posted_at), state.channel_id, state.unit_id)
