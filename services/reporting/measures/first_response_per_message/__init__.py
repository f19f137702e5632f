"""How long each message of the public waited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of, whole_seconds
from services.reporting.domain.states import ConversationState
from services.reporting.measures import Unit

NAME: Final = "first_response_per_message"
MEANING: Final = (
    "Every answered message of the public: the time to the earliest message of ours that answers it directly. "
    "A value belongs to the day of the message of the public."
)
UNIT: Final = Unit.SECONDS
SOURCE: Final = "The usual first-response time, per inbound message; see first_response_per_conversation for the other one."
STATE: Final = ConversationState


def contribution(state: ConversationState) -> Iterator[Contribution]:
    """One for each inbound message with a direct answer."""
    for one in state.inbound:
        answer = state.first_replies.get(one.id)
        if answer is not None:
            took = whole_seconds(one.posted_at, answer.posted_at)
            yield Contribution(day_of(one.posted_at), state.channel_id, state.unit_id, took)
