"""How people and timers move a conversation: pure steps of the machine, one for each event."""

from __future__ import annotations

from typing import Any

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.conversations import ConversationState as S
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation, Reply
from services.workflow.domain.conversations.states import (
    CLAIM_LIFE,
    ENDED,
    QUIET_AFTER_WAITING,
    TRIAGED,
    UNCLAIMED,
    quieted,
    wrong_state,
)
from services.workflow.domain.conversations.summary import Summary, joined, summary_of


def refuse_other_holder(thread: Conversation, person_id: str, event: events.Event) -> None:
    """ClaimedByAnother, with who holds it and until when, while somebody else does."""
    is_live = thread.claim_until is None or thread.claim_until > event.at
    if thread.holder_id in (None, person_id) or not is_live:
        return
    until = thread.claim_until.isoformat() if thread.claim_until else None
    raise Refusal(
        RefusalCode.CLAIMED_BY_ANOTHER,
        "Somebody else holds this conversation.",
        data={"person_id": thread.holder_id, "until": until},
    )


def _moved(thread: Conversation, event: events.Event, state: S, **changes: Any) -> Conversation:
    """A step that somebody decided: from now on messages only add to it."""
    after = msgspec.structs.replace(thread, state=state, is_touched=True, **changes)
    return quieted(thread, after, event)


def triage(thread: Conversation, event: events.Triage) -> Conversation:
    refuse_other_holder(thread, event.person_id, event)
    if event.state not in TRIAGED:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT,
            "Triage decides for open, spam or no_reply_needed.",
            field=("state",),
        )
    return _moved(thread, event, event.state, assignee_id=None, **UNCLAIMED)


def claim(thread: Conversation, event: events.Claim) -> Conversation:
    refuse_other_holder(thread, event.person_id, event)
    if thread.state is S.ASSIGNED and thread.assignee_id == event.person_id:
        return thread
    return _moved(
        thread,
        event,
        S.CLAIMED,
        claimed_by_id=event.person_id,
        claim_until=event.at + CLAIM_LIFE,
    )


def release(thread: Conversation, event: events.Release) -> Conversation:
    refuse_other_holder(thread, event.person_id, event)
    return _moved(thread, event, S.OPEN, **UNCLAIMED)


def lapse(thread: Conversation, event: events.Lapse) -> Conversation:
    if thread.claim_until is not None and thread.claim_until > event.at:
        raise wrong_state(thread, "Lapse")
    return _moved(thread, event, S.OPEN, **UNCLAIMED)


def assign(thread: Conversation, event: events.Assign) -> Conversation:
    return _moved(
        thread,
        event,
        S.ASSIGNED,
        assignee_id=event.person_id,
        unit_id=event.unit_id,
        **UNCLAIMED,
    )


def ask_expert(thread: Conversation, event: events.AskExpert) -> Conversation:
    return _moved(thread, event, S.WAITING_EXPERT)


def expert_answered(thread: Conversation, event: events.ExpertAnswered) -> Conversation:
    return _moved(thread, event, S.ASSIGNED)


def submit_reply(thread: Conversation, event: events.SubmitReply) -> Conversation:
    refuse_other_holder(thread, event.person_id, event)
    return _moved(thread, event, S.REPLY_REVIEW, assignee_id=event.person_id, **UNCLAIMED)


def approve_reply(thread: Conversation, event: events.ApproveReply) -> Conversation:
    holder = thread.holder_id
    return _moved(thread, event, S.REPLYING, assignee_id=holder, **UNCLAIMED)


def back_to_holder(thread: Conversation, event: events.Event) -> Conversation:
    return _moved(thread, event, S.ASSIGNED)


def confirm_reply(thread: Conversation, event: events.ConfirmReply) -> Conversation:
    """The clock stops in every state; what was ended otherwise stays ended."""
    reply = event.reply
    latest = max(thread.last_outgoing_at or reply.at, reply.at)
    known = joined((summary_of(thread), _with_reply(thread, reply)), thread.since).replies
    state = thread.state if thread.state in ENDED else S.REPLIED
    answered = msgspec.structs.replace(
        thread, replies=known, last_outgoing_at=latest, quiet_at=None
    )
    return _moved(answered, event, state, **UNCLAIMED)


def _with_reply(thread: Conversation, reply: Reply) -> Summary:
    return msgspec.structs.replace(summary_of(thread), replies=(reply,))


def fall_quiet(thread: Conversation, event: events.FallQuiet) -> Conversation:
    if thread.quiet_at is None or thread.quiet_at > event.at:
        raise wrong_state(thread, "FallQuiet")
    if thread.state is S.REPLIED:
        return _moved(thread, event, S.WAITING_PUBLIC, quiet_at=event.at + QUIET_AFTER_WAITING)
    return _moved(thread, event, S.RESOLVED, resolved_at=event.at)


def resolve(thread: Conversation, event: events.Resolve) -> Conversation:
    if thread.state is S.CLAIMED:
        refuse_other_holder(thread, event.person_id, event)
    return _moved(thread, event, S.RESOLVED, resolved_at=event.at, **UNCLAIMED)


def moderate(thread: Conversation, event: events.Moderate) -> Conversation:
    return _moved(thread, event, S.MODERATED, **UNCLAIMED)


def merge(thread: Conversation, event: events.Merge) -> Conversation:
    return msgspec.structs.replace(
        thread, state=S.MERGED, merged_into_id=event.into_id, quiet_at=None, **UNCLAIMED
    )
