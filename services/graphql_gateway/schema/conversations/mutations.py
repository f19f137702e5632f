"""Mutations and subscriptions of the area conversations."""

from __future__ import annotations

from typing import Final

from contracts.topics import Topic
from contracts.workflow.content import DraftReply
from contracts.workflow.conversations import (
    AssignConversation,
    ClaimConversation,
    ReleaseConversation,
    ResolveConversation,
    TriageConversation,
)
from services.graphql_gateway.execution.bindings import Act, Stream

_RETURNS: Final = ("conversation", "Conversation")

MUTATIONS: Final[dict[str, Act]] = {
    "conversationClaim": Act(
        ClaimConversation, *_RETURNS, "Hold a conversation for 15 minutes, to answer it."
    ),
    "conversationRelease": Act(
        ReleaseConversation, *_RETURNS, "Give a claimed conversation back to the queue."
    ),
    "conversationAssign": Act(
        AssignConversation, *_RETURNS, "Make a person or another unit responsible."
    ),
    "conversationTriage": Act(
        TriageConversation, *_RETURNS, "Decide: OPEN, SPAM or NO_REPLY_NEEDED."
    ),
    "conversationResolve": Act(
        ResolveConversation, *_RETURNS, "Close a conversation that needs nothing more."
    ),
    "replyDraft": Act(
        DraftReply,
        "contentItem",
        "ContentItem",
        "Draft an answer in a conversation that you hold.",
        answer_id="content_id",
    ),
}

SUBSCRIPTIONS: Final[dict[str, Stream]] = {
    "conversationChanged": Stream(
        Topic.CONVERSATIONS,
        "conversation",
        "Conversation",
        "New and changed conversations in sight. After `Resync` some were missed: read again.",
    ),
}
