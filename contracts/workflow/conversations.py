"""Conversations: mentions under one owner and their clocks (DOMAIN 4)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from contracts.commands import Command, command
from contracts.facts import Fact, fact
from contracts.ingest import Direction, MentionKind
from contracts.permissions import Permission
from contracts.topics import Topic


class ConversationState(StrEnum):
    """DOMAIN 4."""

    NEW = "new"
    OPEN = "open"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    WAITING_EXPERT = "waiting_expert"
    REPLY_REVIEW = "reply_review"
    REPLYING = "replying"
    REPLIED = "replied"
    WAITING_PUBLIC = "waiting_public"
    RESOLVED = "resolved"
    SPAM = "spam"
    NO_REPLY_NEEDED = "no_reply_needed"
    MODERATED = "moderated"
    MERGED = "merged"


class ClockState(StrEnum):
    """A clock runs, was stopped by a reply, or was cancelled by a state that needs none."""

    RUNNING = "running"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class AttachedMention(msgspec.Struct, frozen=True, kw_only=True):
    """What measures need to know of a mention; nothing personal."""

    mention_id: str
    external_id: str
    in_reply_to: str | None
    direction: Direction
    kind: MentionKind
    posted_at: datetime


@fact(Topic.CONVERSATIONS)
class ConversationOpened(Fact, frozen=True, kw_only=True):
    """A thread has an owner and its clock. Aggregate: the conversation."""

    conversation_id: str
    channel_id: str
    unit_id: str
    state: ConversationState
    routed_by: str
    opened_at: datetime


@fact(Topic.CONVERSATIONS)
class MentionsAttached(Fact, frozen=True, kw_only=True):
    """Messages joined the thread, in any order of their times. Aggregate: the conversation."""

    conversation_id: str
    channel_id: str
    unit_id: str
    mentions: tuple[AttachedMention, ...]


@fact(Topic.CONVERSATIONS)
class MentionRevised(Fact, frozen=True, kw_only=True):
    """The public edited or deleted a message. Aggregate: the conversation."""

    conversation_id: str
    mention_id: str
    revision: str
    is_deleted: bool


@fact(Topic.CONVERSATIONS)
class ConversationMerged(Fact, frozen=True, kw_only=True):
    """This thread was a part of another one, which holds its messages now.

    Aggregate: the conversation that ends; the other one speaks MentionsAttached.
    """

    conversation_id: str
    into_id: str


@fact(Topic.CONVERSATIONS)
class ConversationStateChanged(Fact, frozen=True, kw_only=True):
    """The thread moved through DOMAIN 4. Aggregate: the conversation."""

    conversation_id: str
    state: ConversationState
    previous: ConversationState
    unit_id: str
    assignee_id: str | None = None
    claimed_by_id: str | None = None
    claim_until: datetime | None = None
    reason: str = ""


@fact(Topic.CONVERSATIONS)
class ConversationReplied(Fact, frozen=True, kw_only=True):
    """An answer is out and the first-response clock stopped. Aggregate: the conversation."""

    conversation_id: str
    mention_external_id: str
    delivery_id: str | None
    credited_to: str
    replied_at: datetime


@command("workflow", Permission.CONVERSATION_CLAIM)
class ClaimConversation(Command, frozen=True, kw_only=True):
    """Hold a conversation for 15 minutes; a second claimer is told who holds it until when."""

    conversation_id: str


@command("workflow", Permission.CONVERSATION_CLAIM)
class ReleaseConversation(Command, frozen=True, kw_only=True):
    """Give a claimed conversation back to the queue."""

    conversation_id: str


@command("workflow", Permission.CONVERSATION_ASSIGN)
class AssignConversation(Command, frozen=True, kw_only=True):
    """Make a person or another unit responsible."""

    conversation_id: str
    person_id: str | None = None
    unit_id: str | None = None


@command("workflow", Permission.CONVERSATION_TRIAGE)
class TriageConversation(Command, frozen=True, kw_only=True):
    """Decide: ``open``, ``spam`` or ``no_reply_needed``; the reason is kept."""

    conversation_id: str
    state: ConversationState
    reason: str = ""


@command("workflow", Permission.CONVERSATION_TRIAGE)
class ResolveConversation(Command, frozen=True, kw_only=True):
    """Close a conversation that needs nothing more; every clock stops."""

    conversation_id: str
    reason: str = ""
