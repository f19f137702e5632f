"""What a batch does to one thread: open it, add to it, or make several of them one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from contracts.facts import Fact
from contracts.workflow.conversations import (
    AttachedMention,
    ConversationOpened,
    ConversationState,
    ConversationStateChanged,
    MentionsAttached,
)
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.machine import transition
from services.workflow.domain.conversations.summary import Summary, joined, summary_of
from services.workflow.domain.transition import Transition

ATTACH_LIMIT: Final = 1000
"""Messages one fact carries, so that a merge of long threads stays below the broker's limit."""


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that join a thread, in the form of facts and summed up."""

    channel: Channel
    at: datetime
    summary: Summary
    attached: tuple[AttachedMention, ...]

    @property
    def heard(self) -> events.Heard:
        """The event for the machine."""
        return events.Heard(at=self.at, growth=self.summary, channel_unit_id=self.channel.unit_id)


def open_thread(ident: str, growth: Growth, linked_to_id: str | None) -> Transition[Conversation]:
    """A new conversation of these messages."""
    seed = _seed(ident, growth, linked_to_id)
    step = transition(seed, growth.heard)
    after = step.entity
    opened = ConversationOpened(
        conversation_id=ident,
        channel_id=after.channel_id,
        unit_id=after.unit_id,
        state=after.state,
        routed_by=after.routed_by,
        opened_at=after.opened_at,
    )
    told = [fact for fact in step.facts if not isinstance(fact, ConversationStateChanged)]
    return Transition(after, (opened, *attach_facts(after, growth.attached), *told))


def _seed(ident: str, growth: Growth, linked_to_id: str | None) -> Conversation:
    summary, channel = growth.summary, growth.channel
    return Conversation(
        id=ident,
        org_id=channel.org_id,
        channel_id=channel.id,
        unit_id=channel.unit_id,
        state=ConversationState.NEW,
        routed_by="",
        updated_at=growth.at,
        mention_count=0,
        opened_at=summary.opened_at,
        last_message_at=summary.last_message_at,
        preview=summary.preview,
        preview_mark=summary.preview_mark,
        linked_to_id=linked_to_id,
    )


def grow(thread: Conversation, growth: Growth) -> Transition[Conversation]:
    """The conversation with these messages in it."""
    step = transition(thread, growth.heard)
    return Transition(step.entity, (*attach_facts(step.entity, growth.attached), *step.facts))


def merge_into(thread: Conversation, into: Conversation, at: datetime) -> Transition[Conversation]:
    """The end of a thread that was a part of another one; its messages are taken over there."""
    return transition(thread, events.Merge(at=at, into_id=into.id))


def continued(thread: Conversation, in_id: str) -> Transition[Conversation]:
    """A resolved thread that a later message goes on from, in a conversation of its own."""
    return Transition(msgspec.structs.replace(thread, continued_in_id=in_id))


def taken_over(
    growth: Growth,
    others: Sequence[Conversation],
    messages: Mapping[str, Sequence[AttachedMention]],
) -> Growth:
    """The growth of a thread that takes over others; ``messages`` are theirs, by conversation."""
    if not others:
        return growth
    return msgspec.structs.replace(
        growth,
        summary=joined([growth.summary, *(summary_of(other) for other in others)]),
        attached=(*growth.attached, *(one for other in others for one in messages[other.id])),
    )


def attach_facts(thread: Conversation, attached: Sequence[AttachedMention]) -> tuple[Fact, ...]:
    """One fact for each thousand messages that joined."""
    return tuple(
        MentionsAttached(
            conversation_id=thread.id,
            channel_id=thread.channel_id,
            unit_id=thread.unit_id,
            mentions=tuple(attached[start : start + ATTACH_LIMIT]),
        )
        for start in range(0, len(attached), ATTACH_LIMIT)
    )
