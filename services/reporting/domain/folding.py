"""How facts become states: one pure rule per type of fact, applied in the order of sequences.

Facts without a rule are logged and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec

from contracts.facts import Fact
from contracts.ingest import Direction
from contracts.topics import Topic
from contracts.workflow import content, conversations, deliveries
from services.reporting.domain.states import (
    Approval,
    ContentState,
    ConversationState,
    DeliveryState,
    Message,
    State,
)

STARTS: Final[dict[Topic, State]] = {
    Topic.CONVERSATIONS: ConversationState(),
    Topic.CONTENT: ContentState(),
    Topic.DELIVERIES: DeliveryState(),
}
"""What is known of an aggregate before its first fact."""


def folded(state: State, fact: Fact, at: datetime) -> State:
    """The state after a fact that happened ``at`` this time; the same object if nothing changed."""
    return _RULES[type(fact)](state, fact, at)


def _opened(
    state: ConversationState, fact: conversations.ConversationOpened, _: datetime
) -> ConversationState:
    return _placed(state, fact.channel_id, fact.unit_id)


def _placed(state: ConversationState, channel_id: str, unit_id: str) -> ConversationState:
    if (state.channel_id, state.unit_id) == (channel_id, unit_id):
        return state
    return msgspec.structs.replace(state, channel_id=channel_id, unit_id=unit_id)


def _attached(
    state: ConversationState, fact: conversations.MentionsAttached, _: datetime
) -> ConversationState:
    known = {one.id for one in state.messages}
    fresh = tuple(_message(one) for one in fact.mentions if one.mention_id not in known)
    placed = _placed(state, fact.channel_id, fact.unit_id)
    return msgspec.structs.replace(placed, messages=(*state.messages, *fresh)) if fresh else placed


def _message(one: conversations.AttachedMention) -> Message:
    is_inbound = one.direction is Direction.INCOMING
    return Message(one.mention_id, one.external_id, one.in_reply_to, is_inbound, one.posted_at)


def _moved(
    state: ConversationState, fact: conversations.ConversationStateChanged, _: datetime
) -> ConversationState:
    return _placed(state, state.channel_id, fact.unit_id)


def _merged(
    state: ConversationState, _fact: conversations.ConversationMerged, _: datetime
) -> ConversationState:
    """The other conversation says that it has the messages now, so here they count no more."""
    return msgspec.structs.replace(state, is_merged=True, messages=())


def _reviewed(state: ContentState, fact: content.ContentStateChanged, at: datetime) -> ContentState:
    """An approval belongs to the first channel of its item: one round is one approval."""
    if fact.state is not content.ContentState.APPROVED or fact.waited_seconds is None:
        return state
    channel_id = fact.channel_ids[0] if fact.channel_ids else ""
    approval = Approval(at, fact.waited_seconds, channel_id, fact.unit_id)
    return msgspec.structs.replace(state, approvals=(*state.approvals, approval))


def _delivered(
    state: DeliveryState, fact: deliveries.DeliveryStateChanged, at: datetime
) -> DeliveryState:
    if fact.state is not deliveries.DeliveryState.CONFIRMED or state.confirmed_at is not None:
        return state
    return DeliveryState(
        channel_id=fact.channel_id,
        unit_id=fact.unit_id,
        is_post=fact.conversation_id is None,
        confirmed_at=fact.confirmed_at or at,
    )


_RULES: Final[dict[type[Fact], Callable[[Any, Any, datetime], State]]] = {
    conversations.ConversationOpened: _opened,
    conversations.MentionsAttached: _attached,
    conversations.ConversationStateChanged: _moved,
    conversations.ConversationMerged: _merged,
    content.ContentStateChanged: _reviewed,
    deliveries.DeliveryStateChanged: _delivered,
}

FOLDED: Final = frozenset(_RULES)
"""The facts that can change a state."""
