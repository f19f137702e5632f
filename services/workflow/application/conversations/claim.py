"""Hold a conversation for a while."""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.conversations import ClaimConversation
from services.workflow.application.conversations.moving import answer, current, move, person_of
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.machine import may

CLAIM_TIMER: Final = "conversation.claim"


def claim_conversation(command: ClaimConversation, work: Work) -> Done:
    """Refuses ClaimedByAnother, with who holds it and until when, and WrongState."""
    thread = current(command.conversation_id, work)
    return answer(hold(thread, person_of(work), work))


def hold(thread: Conversation, person_id: str, work: Work) -> Conversation:
    """Claim it, or go on holding it: the quarter of an hour begins again."""
    after = move(thread, events.Claim(at=work.now, person_id=person_id), work)
    if after.claim_until is not None:
        work.start_timer(CLAIM_TIMER, after.id, after.claim_until)
    return after


def lapse_claim(conversation_id: str, work: Work) -> None:
    """A timer that was overtaken by a renewal waits again."""
    thread = work.first(Conversation, id=conversation_id)
    if thread is None or not may(thread, events.Lapse) or thread.claim_until is None:
        return
    if thread.claim_until > work.now:
        work.start_timer(CLAIM_TIMER, thread.id, thread.claim_until)
        return
    move(thread, events.Lapse(at=work.now, reason="The claim ran out."), work)
