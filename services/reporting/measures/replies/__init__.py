"""Answers that went out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ConversationState
from services.reporting.measures import Unit

NAME: Final = "replies"
MEANING: Final = (
    "Messages of our own accounts that answer a message, whether that one is known or not. "
    "A reply belongs to the day it was posted."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "DOMAIN 4: a reply made elsewhere counts like one made here."
STATE: Final = ConversationState


def contribution(state: ConversationState) -> Iterator[Contribution]:
    """One for each outgoing message that names a parent."""
    for one in state.messages:
        if not one.is_inbound and one.in_reply_to is not None:
            yield Contribution(day_of(one.posted_at), state.channel_id, state.unit_id)
