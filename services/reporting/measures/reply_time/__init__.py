"""How long each reply took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of, whole_seconds
from services.reporting.domain.states import ConversationState
from services.reporting.measures import Unit

NAME: Final = "reply_time"
MEANING: Final = (
    "Every reply of ours whose parent is known: the time from that message to the reply. "
    "A value belongs to the day of the reply."
)
UNIT: Final = Unit.SECONDS
SOURCE: Final = (
    "The usual measure of customer-support archives; the parent may be a message of our own."
)
STATE: Final = ConversationState


def contribution(state: ConversationState) -> Iterator[Contribution]:
    """One for each outgoing message whose parent is in the conversation."""
    for reply in state.replies:
        at = reply.message.posted_at
        took = whole_seconds(reply.parent.posted_at, at)
        yield Contribution(day_of(at), state.channel_id, state.unit_id, took)
