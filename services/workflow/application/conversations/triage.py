"""Decide what a conversation needs."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.conversations import TriageConversation
from services.workflow.application.conversations.moving import answer, current, move, person_of
from services.workflow.domain.conversations import events


def triage_conversation(command: TriageConversation, work: Work) -> Done:
    """Refuses InvalidArgument for other states, ClaimedByAnother, WrongState."""
    thread = current(command.conversation_id, work)
    event = events.Triage(
        at=work.now, reason=command.reason, person_id=person_of(work), state=command.state
    )
    return answer(move(thread, event, work))
