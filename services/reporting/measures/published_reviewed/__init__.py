"""Publications that were reviewed before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reporting.domain.shares import Contribution, day_of
from services.reporting.domain.states import ContentState
from services.reporting.measures import Unit

NAME: Final = "published_reviewed"
MEANING: Final = (
    "Publications on one channel each that somebody had read before they went out. "
    "A publication belongs to the day it was confirmed."
)
UNIT: Final = Unit.COUNT
SOURCE: Final = "DOMAIN 3, the trust ledger."
STATE: Final = ContentState


def contribution(state: ContentState) -> Iterator[Contribution]:
    """One at most."""
    one = state.ledger
    if one is not None and one.is_publication and one.was_reviewed:
        yield Contribution(day_of(one.at), one.channel_id, one.unit_id)
