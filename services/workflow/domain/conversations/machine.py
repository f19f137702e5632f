"""The conversation machine of DOMAIN 4: one pure transition function, one table of what may happen.

Whatever moved a conversation, its clock is derived again at the end and the facts are told in one
place: ConversationReplied if another answer stops the clock now, ConversationStateChanged if state,
unit or holder changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from contracts.facts import Fact
from contracts.workflow.conversations import (
    ConversationMerged,
    ConversationReplied,
    ConversationState,
    ConversationStateChanged,
)
from services.workflow.domain.conversations import events, handling
from services.workflow.domain.conversations.clocks import clock_of, start_of, stopper_of
from services.workflow.domain.conversations.conversation import Conversation, Reply
from services.workflow.domain.conversations.hearing import heard
from services.workflow.domain.conversations.states import ALIVE, IN_HAND, wrong_state
from services.workflow.domain.transition import Transition

S = ConversationState
Step = Callable[[Conversation, Any], Conversation]

ALLOWED: Final[dict[type[events.Event], frozenset[ConversationState]]] = {
    events.Heard: ALIVE,
    events.Triage: frozenset({S.NEW, S.SPAM, S.NO_REPLY_NEEDED}) | IN_HAND,
    events.Claim: IN_HAND,
    events.Release: frozenset({S.CLAIMED}),
    events.Lapse: frozenset({S.CLAIMED}),
    events.Assign: IN_HAND,
    events.AskExpert: frozenset({S.ASSIGNED}),
    events.ExpertAnswered: frozenset({S.WAITING_EXPERT}),
    events.SubmitReply: IN_HAND,
    events.ApproveReply: frozenset({S.REPLY_REVIEW}) | IN_HAND,
    events.RefuseReply: frozenset({S.REPLY_REVIEW, S.REPLYING}),
    events.ConfirmReply: ALIVE,
    events.FailReply: frozenset({S.REPLYING}),
    events.FallQuiet: frozenset({S.REPLIED, S.WAITING_PUBLIC}),
    events.Resolve: ALIVE - {S.REPLY_REVIEW, S.REPLYING, S.RESOLVED},
    events.Moderate: ALIVE,
    events.Merge: ALIVE,
}


def transition(thread: Conversation, event: events.Event) -> Transition[Conversation]:
    """The only way in which a conversation changes. Raises WrongState, or the guard's refusal."""
    kind = type(event)
    if not may(thread, kind):
        raise wrong_state(thread, kind.__name__)
    moved = _STEPS[kind](thread, event)
    after = msgspec.structs.replace(moved, clock=clock_of(moved), updated_at=event.at)
    return Transition(after, told(thread, after, event))


def may(thread: Conversation, kind: type[events.Event]) -> bool:
    """Whether an event of this kind can happen to it now."""
    return thread.state in ALLOWED[kind]


def told(before: Conversation, after: Conversation, event: events.Event) -> tuple[Fact, ...]:
    """What a transition says."""
    if isinstance(event, events.Merge):
        return (ConversationMerged(conversation_id=after.id, into_id=event.into_id),)
    facts: list[Fact] = []
    reply = _new_reply(before, after, event)
    if reply:
        facts.append(replied_fact(after, reply))
    if _visible(before) != _visible(after):
        facts.append(_state_fact(before, after, event.reason))
    return tuple(facts)


def replied_fact(thread: Conversation, reply: Reply) -> ConversationReplied:
    """An answer is out."""
    return ConversationReplied(
        conversation_id=thread.id,
        mention_external_id=reply.external_id,
        delivery_id=reply.delivery_id,
        credited_to=reply.credited_to,
        replied_at=reply.at,
    )


def clock_stopper(thread: Conversation) -> Reply | None:
    """The answer that stopped its clock."""
    started = start_of(thread.first_incoming_at, thread.since)
    return stopper_of(thread.replies, started) if started else None


def _new_reply(before: Conversation, after: Conversation, event: events.Event) -> Reply | None:
    if isinstance(event, events.ConfirmReply):
        return event.reply
    stopper = clock_stopper(after)
    return stopper if stopper != clock_stopper(before) else None


def _visible(thread: Conversation) -> tuple[object, ...]:
    return (
        thread.state,
        thread.unit_id,
        thread.assignee_id,
        thread.claimed_by_id,
        thread.claim_until,
    )


def _state_fact(before: Conversation, after: Conversation, reason: str) -> ConversationStateChanged:
    return ConversationStateChanged(
        conversation_id=after.id,
        state=after.state,
        previous=before.state,
        unit_id=after.unit_id,
        assignee_id=after.assignee_id,
        claimed_by_id=after.claimed_by_id,
        claim_until=after.claim_until,
        reason=reason,
    )


_STEPS: Final[dict[type[events.Event], Step]] = {
    events.Heard: heard,
    events.Triage: handling.triage,
    events.Claim: handling.claim,
    events.Release: handling.release,
    events.Lapse: handling.lapse,
    events.Assign: handling.assign,
    events.AskExpert: handling.ask_expert,
    events.ExpertAnswered: handling.expert_answered,
    events.SubmitReply: handling.submit_reply,
    events.ApproveReply: handling.approve_reply,
    events.RefuseReply: handling.back_to_holder,
    events.ConfirmReply: handling.confirm_reply,
    events.FailReply: handling.back_to_holder,
    events.FallQuiet: handling.fall_quiet,
    events.Resolve: handling.resolve,
    events.Moderate: handling.moderate,
    events.Merge: handling.merge,
}
