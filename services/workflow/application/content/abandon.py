"""Give up a draft or a rejected item; it is kept as a record."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import AbandonContent, DraftAnswer
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition


def abandon_content(command: AbandonContent, work: Work) -> DraftAnswer:
    """Archived, with the reason."""
    item = work.get(ContentItem, command.content_id)
    event = events.Abandon(at=work.now, actor_id=person_of(work), reason=command.reason)
    return answer(store(transition(item, event), work, reason=command.reason))
