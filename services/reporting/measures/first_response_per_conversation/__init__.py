"""How long each conversation waited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of, whole_seconds
from services.reporting.domain.states import ConversationState
from services.reporting.measures import Unit

NAME: Final = "first_response_per_conversation"
MEANING: Final = (
    "Every conversation in which the public was answered: the time from the earliest message of the public "
    "to the earliest reply of ours at or after it, whichever message that one answers. "
    "A value belongs to the day of that message of the public."
)
UNIT: Final = Unit.SECONDS
SOURCE: Final = (
    "The first-response clock of DOMAIN 4, threads by in_reply_to. Found among the readings of 'first response' "
    "as the one that gives 1,311 values, median 13.6 min, p90 548, 76 over 24 h on the first 5,000 rows of twcs."
)
STATE: Final = ConversationState


def contribution(state: ConversationState) -> Iterator[Contribution]:
    """At most one."""
    if not state.inbound:
        return
    start = min(one.posted_at for one in state.inbound)
    times = [reply.message.posted_at for reply in state.replies]
    first = min((at for at in times if at >= start), default=None)
    if first is not None:
        took = whole_seconds(start, first)
        yield Contribution(day_of(start), state.channel_id, state.unit_id, took)
