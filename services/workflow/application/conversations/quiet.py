"""Silence after an answer: the thread waits for the public, then it is resolved."""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.machine import may, transition

QUIET_TIMER: Final = "conversation.quiet"


def fall_quiet(conversation_id: str, work: Work) -> None:
    """A timer that comes too early waits again; one whose silence was broken does nothing."""
    thread = work.first(Conversation, id=conversation_id)
    if thread is None or not may(thread, events.FallQuiet) or thread.quiet_at is None:
        return
    if thread.quiet_at > work.now:
        work.start_timer(QUIET_TIMER, thread.id, thread.quiet_at)
        return
    event = events.FallQuiet(at=work.now, reason="The public said nothing more.")
    step = transition(thread, event)
    after = work.save(step.entity, *step.facts, reason=event.reason)
    if after.quiet_at is not None:
        work.start_timer(QUIET_TIMER, after.id, after.quiet_at)
