"""How messages move a conversation: pure steps of the machine for ``Heard``."""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.workflow.conversations import ConversationState as S
from contracts.workflow.organizations import RoutingAction
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.routing import OWN_MESSAGE
from services.workflow.domain.conversations.states import IN_HAND, UNCLAIMED, quieted
from services.workflow.domain.conversations.summary import Summary, joined, summary_of


def _grown(thread: Conversation, growth: Summary) -> Conversation:
    parts = (growth,) if thread.state is S.NEW else (summary_of(thread), growth)
    whole = joined(parts, thread.since)
    return msgspec.structs.replace(thread, **{f: getattr(whole, f) for f in _SUMMARY_FIELDS})


_SUMMARY_FIELDS: Final = Summary.__struct_fields__


def heard(thread: Conversation, event: events.Heard) -> Conversation:
    after = _grown(thread, event.growth)
    if not thread.is_touched:
        after = _settle_by_rule(after, event.channel_unit_id)
    elif summary_of(after).awaits_answer:
        after = _asked_again(after, thread, event.growth)
    else:
        after = _answered_elsewhere(after, event.growth)
    return quieted(thread, after, event)


def _settle_by_rule(thread: Conversation, channel_unit_id: str) -> Conversation:
    """The state that follows from the messages alone: triage by rule, then who spoke last."""
    basis = thread.basis
    if basis is None:
        return msgspec.structs.replace(
            thread, state=S.NO_REPLY_NEEDED, unit_id=channel_unit_id, routed_by=OWN_MESSAGE
        )
    state = S(_BY_RULE[basis.action])
    if state is S.OPEN and not summary_of(thread).awaits_answer:
        state = S.REPLIED
    return msgspec.structs.replace(
        thread, state=state, unit_id=basis.unit_id, routed_by=basis.routed_by
    )


_BY_RULE: Final = {
    RoutingAction.ROUTE: S.OPEN,
    RoutingAction.SPAM: S.SPAM,
    RoutingAction.NO_REPLY_NEEDED: S.NO_REPLY_NEEDED,
}


def _asked_again(after: Conversation, before: Conversation, growth: Summary) -> Conversation:
    """A message that needs an answer reopens what was waiting, answered, or waved through."""
    if growth.last_asked_at is None:
        return after
    if after.state is S.RESOLVED:
        return _reopened(after, before, growth)
    if after.state in (S.REPLIED, S.WAITING_PUBLIC, S.NO_REPLY_NEEDED):
        return msgspec.structs.replace(after, state=_in_hand(after))
    return after


def _reopened(after: Conversation, before: Conversation, growth: Summary) -> Conversation:
    """``first`` restarts: from the earliest new message that nobody has answered."""
    first, answered = growth.first_incoming_at, before.last_outgoing_at
    is_fresh = first is not None and (answered is None or first > answered)
    return msgspec.structs.replace(
        after,
        state=_in_hand(after),
        since=first if is_fresh else growth.last_asked_at,
        resolved_at=None,
    )


def _in_hand(thread: Conversation) -> S:
    return S.ASSIGNED if thread.assignee_id else S.OPEN


def _answered_elsewhere(after: Conversation, growth: Summary) -> Conversation:
    """An answer on the platform itself ends the waiting, whoever holds the thread here."""
    if growth.last_outgoing_at is None or after.state not in IN_HAND | {S.WAITING_EXPERT}:
        return after
    if after.basis is None or after.last_asked_at is None:
        return after
    return msgspec.structs.replace(after, state=S.REPLIED, **UNCLAIMED)
