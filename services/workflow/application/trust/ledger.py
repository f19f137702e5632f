"""What publishing and mistakes do to the trust of those who wrote: noted once for each source."""

from __future__ import annotations

from chassis.ports import Work
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries.delivery import Delivery


def note_published(delivery: Delivery, item: ContentItem, work: Work) -> None:
    """A delivery of kind publish was confirmed: reviewed items count as clean at once.

    Items that went out before their review count when that review clears them.
    """


def note_clean(item: ContentItem, channel_id: str, work: Work) -> None:
    """The author published cleanly on this channel; once for each version."""


def note_incident(  # noqa: PLR0913 - what happened, to what, where
    item: ContentItem,
    channel_id: str,
    *,
    severity: int,
    self_reported: bool,
    source_id: str,
    work: Work,
) -> None:
    """Something that went out was wrong: severity 1 (grave) to 3; halved when its author said so first."""
