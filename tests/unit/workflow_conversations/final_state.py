"""What a history of arrivals comes to, in a form that leaves out everything that may differ.

Left out: ids of conversations, revisions of documents, and times of our own clock.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from contracts.facts import Fact
from contracts.workflow.conversations import (
    ConversationMerged,
    ConversationOpened,
    ConversationStateChanged,
    MentionsAttached,
)
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.mention import Mention
from tests.unit.workflow_conversations.builders import Desk

_KEPT_OF_THREAD = (
    "channel_id",
    "unit_id",
    "state",
    "routed_by",
    "mention_count",
    "opened_at",
    "last_message_at",
    "preview",
    "basis",
    "clock",
    "replies",
    "first_incoming_at",
    "last_asked_at",
    "last_outgoing_at",
)
_KEPT_OF_MENTION = ("text", "revision", "is_deleted", "direction", "posted_at", "in_reply_to")

Members = frozenset[tuple[str, str]]


def final_state(desk: Desk) -> dict[Members, Any]:
    """Members of each thread -> its state, clock and messages; the empty set for the homeless."""
    homes: dict[str, list[Mention]] = defaultdict(list)
    for mention in desk.mentions():
        homes[mention.conversation_id].append(mention)
    found: dict[Members, Any] = {
        _members(homes.pop(thread.id)): _kept(thread, _KEPT_OF_THREAD) for thread in desk.threads()
    }
    assert set(homes) <= {""}, "a message stands in a conversation that was merged"
    return {
        **found,
        frozenset(): sorted(
            (m.channel_id, m.external_id, *map(str, _kept(m, _KEPT_OF_MENTION)))
            for m in desk.mentions()
        ),
    }


def replayed(facts: list[tuple[str, Fact]]) -> dict[str, tuple[str, str, frozenset[str]]]:
    """Conversation -> (state, unit, messages), from the facts alone; merged ones are gone."""
    states: dict[str, tuple[str, str]] = {}
    messages: dict[str, set[str]] = defaultdict(set)
    merged = set()
    for ident, fact in facts:
        if isinstance(fact, ConversationOpened | ConversationStateChanged):
            states[ident] = (fact.state, fact.unit_id)
        if isinstance(fact, MentionsAttached):
            messages[ident] |= {one.mention_id for one in fact.mentions}
        if isinstance(fact, ConversationMerged):
            merged.add(ident)
    return {
        ident: (*state, frozenset(messages[ident]))
        for ident, state in states.items()
        if ident not in merged
    }


def stored(desk: Desk) -> dict[str, tuple[str, str, frozenset[str]]]:
    """The same from what is stored."""
    homes: dict[str, set[str]] = defaultdict(set)
    for mention in desk.mentions():
        homes[mention.conversation_id].add(mention.id)
    return {t.id: (t.state, t.unit_id, frozenset(homes[t.id])) for t in desk.threads()}


def _members(mentions: list[Mention]) -> Members:
    return frozenset((m.channel_id, m.external_id) for m in mentions)


def _kept(entity: Conversation | Mention, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(entity, name) for name in names)
