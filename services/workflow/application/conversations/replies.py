"""How the machines of content and deliveries move the conversation that an answer belongs to.

``begin_reply`` and ``to_reply_review`` refuse: a person asked. The others follow what has happened
to the answer already, so they never refuse: a conversation that has moved on elsewhere stays there.
"""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.conversations import ConversationState
from services.workflow.application.conversations.claim import hold
from services.workflow.application.conversations.moving import current, move, person_of
from services.workflow.application.conversations.quiet import QUIET_TIMER
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation, Reply
from services.workflow.domain.conversations.handling import refuse_other_holder
from services.workflow.domain.conversations.machine import may


def begin_reply(conversation_id: str, person_id: str, work: Work) -> Conversation:
    """The conversation, if this person holds it; writing an answer renews a claim.

    Refuses ClaimedByAnother, and WrongState if nobody holds it or an answer is on its way.
    """
    thread = current(conversation_id, work)
    check = events.Claim(at=work.now, person_id=person_id)
    if thread.state in (ConversationState.CLAIMED, ConversationState.ASSIGNED):
        refuse_other_holder(thread, person_id, check)
    if thread.state is ConversationState.CLAIMED and thread.holder_id == person_id:
        return hold(thread, person_id, work)
    if thread.state is ConversationState.ASSIGNED and thread.holder_id == person_id:
        return thread
    raise Refusal(
        RefusalCode.WRONG_STATE,
        "Claim the conversation before you answer.",
        data={"state": thread.state.value},
    )


def to_reply_review(conversation_id: str, work: Work) -> Conversation:
    """The acting person's answer goes into review. Refuses ClaimedByAnother and WrongState."""
    thread = current(conversation_id, work)
    return move(thread, events.SubmitReply(at=work.now, person_id=person_of(work)), work)


def to_replying(conversation_id: str, work: Work) -> Conversation:
    """The answer is approved and on its way."""
    return _follow(conversation_id, events.ApproveReply(at=work.now), work)


def reply_refused(conversation_id: str, reason: str, work: Work) -> Conversation:
    """The answer came back to its holder."""
    return _follow(conversation_id, events.RefuseReply(at=work.now, reason=reason), work)


def reply_failed(conversation_id: str, reason: str, work: Work) -> Conversation:
    """The answer did not go out, or nobody knows; the fact tells the holder."""
    return _follow(conversation_id, events.FailReply(at=work.now, reason=reason), work)


def reply_confirmed(  # noqa: PLR0913, PLR0917 - what a confirmed delivery knows
    conversation_id: str,
    delivery_id: str,
    external_id: str,
    replied_at: datetime,
    credited_to: str,
    work: Work,
) -> Conversation:
    """The answer stands on the platform: the clock stops, credited to who wrote it."""
    reply = Reply(
        at=replied_at, external_id=external_id, credited_to=credited_to, delivery_id=delivery_id
    )
    after = _follow(conversation_id, events.ConfirmReply(at=work.now, reply=reply), work)
    if after.quiet_at is not None:
        work.start_timer(QUIET_TIMER, after.id, after.quiet_at)
    return after


def _follow(conversation_id: str, event: events.Event, work: Work) -> Conversation:
    thread = current(conversation_id, work)
    return move(thread, event, work) if may(thread, type(event)) else thread
