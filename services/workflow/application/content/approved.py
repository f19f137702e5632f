"""What follows an approval, whichever way it was given."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import ContentKind, ContentState
from services.workflow.application.content.expire import VALIDITY_TIMER
from services.workflow.application.content.schedule import schedule_approved
from services.workflow.application.conversations.replies import to_replying
from services.workflow.domain.content.item import ContentItem


def approved(item: ContentItem, work: Work) -> ContentItem:
    """An answer goes out, a post takes the time its author proposed; the approval lasts as long as said."""
    if item.state is not ContentState.APPROVED:
        return item
    if item.valid_until is not None:
        work.start_timer(VALIDITY_TIMER, item.id, item.valid_until)
    if item.kind is ContentKind.REPLY and item.conversation_id:
        to_replying(item.conversation_id, work)
    return schedule_approved(item, work)
