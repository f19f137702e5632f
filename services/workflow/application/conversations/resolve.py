"""Close a conversation that needs nothing more."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.conversations import ResolveConversation
from services.workflow.application.conversations.moving import answer, current, move, person_of
from services.workflow.domain.conversations import events


def resolve_conversation(command: ResolveConversation, work: Work) -> Done:
    """Refuses ClaimedByAnother, and WrongState while an answer is on its way."""
    thread = current(command.conversation_id, work)
    event = events.Resolve(at=work.now, reason=command.reason, person_id=person_of(work))
    return answer(move(thread, event, work))
