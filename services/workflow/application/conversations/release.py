"""Give a claimed conversation back."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.conversations import ReleaseConversation
from services.workflow.application.conversations.moving import answer, current, move, person_of
from services.workflow.domain.conversations import events


def release_conversation(command: ReleaseConversation, work: Work) -> Done:
    """Refuses ClaimedByAnother, and WrongState if nobody has claimed it."""
    thread = current(command.conversation_id, work)
    return answer(move(thread, events.Release(at=work.now, person_id=person_of(work)), work))
