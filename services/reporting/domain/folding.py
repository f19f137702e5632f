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
from contracts.workflow import content, conversations, deliveries, review, trust
from services.reporting.domain.states import (
    Approval,
    ContentState,
    ConversationState,
    DeliveryState,
    Expiry,
    Ledger,
    Message,
    OpenStage,
    StageWait,
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
    channel_id = _first(fact.channel_ids)
    if fact.state is content.ContentState.APPROVAL_EXPIRED:
        expiry = Expiry(at=at, channel_id=channel_id, unit_id=fact.unit_id)
        return msgspec.structs.replace(state, expiries=(*state.expiries, expiry))
    if fact.state is not content.ContentState.APPROVED or fact.waited_seconds is None:
        return state
    approval = Approval(at, fact.waited_seconds, channel_id, fact.unit_id)
    return msgspec.structs.replace(state, approvals=(*state.approvals, approval))


def _first(channel_ids: tuple[str, ...]) -> str:
    return channel_ids[0] if channel_ids else ""


def _stage_opened(state: ContentState, fact: review.StageOpened, _: datetime) -> ContentState:
    opened = OpenStage(fact.round_id, fact.stage, fact.due_at)
    return msgspec.structs.replace(state, open_stages=(*state.open_stages, opened))


def _stage_closed(state: ContentState, fact: review.StageClosed, _: datetime) -> ContentState:
    """A wait belongs to the first channel of its item, like an approval."""
    place = (fact.round_id, fact.stage)
    due = [s.due_at for s in state.open_stages if (s.round_id, s.stage) == place]
    wait = StageWait(
        closed_at=fact.closed_at,
        name=fact.name,
        topic=fact.topic,
        waited_seconds=fact.waited_seconds,
        is_overdue=any(moment is not None and moment < fact.closed_at for moment in due),
        channel_id=_first(fact.channel_ids),
        unit_id=fact.unit_id,
    )
    still = tuple(s for s in state.open_stages if (s.round_id, s.stage) != place)
    return msgspec.structs.replace(state, open_stages=still, waits=(*state.waits, wait))


def _trusted(state: ContentState, fact: trust.TrustNoted, _: datetime) -> ContentState:
    """One incident counts once, by its author's entry; what turned out graver is no other one."""
    is_incident = fact.outcome is trust.LedgerOutcome.INCIDENT
    if is_incident and (fact.is_repeat or not fact.is_author):
        return state
    ledger = Ledger(
        at=fact.happened_at,
        is_incident=is_incident,
        is_publication=fact.is_publication,
        was_reviewed=fact.was_reviewed,
        channel_id=fact.channel_id,
        unit_id=fact.unit_id,
    )
    return msgspec.structs.replace(state, ledger=ledger)


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
    review.StageOpened: _stage_opened,
    review.StageClosed: _stage_closed,
    trust.TrustNoted: _trusted,
    deliveries.DeliveryStateChanged: _delivered,
}

FOLDED: Final = frozenset(_RULES)
"""The facts that can change a state."""
