"""Posts of our own that went out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import DeliveryState
from services.reporting.measures import Unit

NAME: Final = "posts_published"
MEANING: Final = (
    "Posts of our own that the platform has: deliveries, not replies, that were confirmed. "
    "A post belongs to the day of its confirmation."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "DOMAIN 6."
STATE: Final = DeliveryState


def contribution(state: DeliveryState) -> Iterator[Contribution]:
    """At most one."""
    if state.is_post and state.confirmed_at is not None:
        yield Contribution(day_of(state.confirmed_at), state.channel_id, state.unit_id)
