"""A change of routes or of the crisis level looks again at everything that waits to go out.

One timer for each item, so that each moves in a transaction of its own (content/rerouting.py).
"""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.workflow.content import ContentState
from services.workflow.domain.content.item import ContentItem

ROUTE_TIMER: Final = "route_recheck"
WAITING: Final = (ContentState.IN_REVIEW, ContentState.APPROVED, ContentState.SCHEDULED)
EVERYTHING: Final = 100_000


def look_at_routes(work: Work) -> None:
    """Have the route of every item compared that is in review, approved or scheduled."""
    for item in work.find(ContentItem, state=list(WAITING), limit=EVERYTHING):
        work.start_timer(ROUTE_TIMER, item.id, work.now)
