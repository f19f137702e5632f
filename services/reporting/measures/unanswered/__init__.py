"""Messages of the public without an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ConversationState
from services.reporting.measures import Unit

NAME: Final = "unanswered"
MEANING: Final = (
    "Messages of the public that no message of our own answers directly. "
    "A message belongs to the day it was posted, and leaves that day once it is answered."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = (
    "The usual measure of customer-support archives (twcs: 695 of 2,778 in its first 5,000 rows)."
)
STATE: Final = ConversationState


def contribution(state: ConversationState) -> Iterator[Contribution]:
    """One for each inbound message without a direct answer."""
    for one in state.inbound:
        if one.id not in state.first_replies:
            yield Contribution(day_of(one.posted_at), state.channel_id, state.unit_id)
