"""What the orders on one conversation share: reading, moving, storing and answering."""

from __future__ import annotations

from typing import Any

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from services.workflow.application.governance.target import Target
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.machine import transition


def current(conversation_id: str, work: Work) -> Conversation:
    """The conversation, or the one that holds its messages since it was merged."""
    thread = work.get(Conversation, conversation_id)
    while thread.merged_into_id is not None:
        thread = work.get(Conversation, thread.merged_into_id)
    return thread


def move(thread: Conversation, event: events.Event, work: Work) -> Conversation:
    """Store what follows from an event; nothing is written if nothing does."""
    step = transition(thread, event)
    if not step.facts and step.entity.state is thread.state:
        return thread
    return work.save(step.entity, *step.facts, reason=event.reason)


def answer(thread: Conversation) -> Done:
    """What every order on a conversation answers; a merged one answers for the one it is now."""
    return Done(id=thread.id, rev=thread.rev, state=thread.state.value)


def target_of(command: Any, work: Work) -> Target:
    """The unit and the channel of the conversation that a command names."""
    thread = current(command.conversation_id, work)
    return Target(unit_id=thread.unit_id, channel_id=thread.channel_id)


def person_of(work: Work) -> str:
    """The person who acts; a conversation is never held by a service."""
    if work.actor.person_id is None:
        raise Refusal(RefusalCode.FORBIDDEN, "Only a person can do this.")
    return work.actor.person_id
