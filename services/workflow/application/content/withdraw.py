"""The author takes an item out of review."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import DraftAnswer, WithdrawContent
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.content.review import supersede
from services.workflow.application.conversations.replies import reply_refused
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition


def withdraw_content(command: WithdrawContent, work: Work) -> DraftAnswer:
    """Back to draft; the round is history."""
    item = work.get(ContentItem, command.content_id)
    step = transition(item, events.Withdraw(at=work.now, actor_id=person_of(work)))
    told = supersede(item, work)
    if item.conversation_id:
        reply_refused(item.conversation_id, "The answer was withdrawn from review.", work)
    return answer(store(step, work, first=told))
