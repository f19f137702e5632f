"""A guest's link: one item, one vote, for a time (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Entity
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.review import LinkState


class ReviewLink(Entity, frozen=True, kw_only=True):
    """Opens one version of one item to somebody outside. Its signature is made by the gateway."""

    content_id: str
    round_id: str
    stage: int
    version_hash: str
    name: str
    email: str
    issued_by: str
    created_at: datetime
    expires_at: datetime
    state: LinkState = LinkState.OPEN

    def ended(self, state: LinkState) -> ReviewLink:
        """The link after it was used or taken back. Refuses LinkClosed if it is over already."""
        if self.state is not LinkState.OPEN:
            raise Refusal(RefusalCode.LINK_CLOSED, f"This link was {self.state.value} already.")
        return msgspec.structs.replace(self, state=state)

    def check_opens(self, now: datetime) -> None:
        """Refuses LinkClosed for a link that is used, taken back or too old."""
        if self.state is not LinkState.OPEN or now >= self.expires_at:
            raise Refusal(RefusalCode.LINK_CLOSED, "This link opens nothing any more.")
