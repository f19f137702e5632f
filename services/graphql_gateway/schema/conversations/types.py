"""Types of the area conversations."""

from __future__ import annotations

from typing import Final

from contracts.ingest import Attachment, Author, Direction, MentionKind
from contracts.permissions import Permission
from contracts.views.workflow import ClockPart, ConversationView, MentionView
from contracts.workflow.conversations import ClockState, ConversationState
from services.graphql_gateway.execution.bindings import (
    Argument,
    Embedded,
    Filter,
    GlobalId,
    Kind,
    Many,
    Match,
    ObjectBinding,
    Ref,
    Scope,
    Stored,
)

CLOCK: Final = ObjectBinding(
    "ResponseClock",
    ClockPart,
    "How long the public has waited for a first response.",
    {
        "kind": Stored("kind", "Which clock it is."),
        "state": Stored("state", "Whether it runs.", of=ClockState),
        "startedAt": Stored("started_at", "The first message that waits."),
        "dueAt": Stored("due_at", "When an answer is due."),
        "stoppedAt": Stored("stopped_at", "When an answer went out."),
        "creditedTo": Ref("credited_to", "Person", "Who answered, if it was one of us here."),
        "credit": Stored("credited_to", "Who answered, as recorded; also `outside Rostrum`."),
    },
)

AUTHOR: Final = ObjectBinding(
    "MentionAuthor",
    Author,
    "Who wrote a message, as the platform names them.",
    {
        "externalId": Stored("external_id", "The platform's id of the author."),
        "handle": Stored("handle", "The name on the platform."),
        "name": Stored("name", "The name shown."),
        "url": Stored("url", "The author's page."),
    },
)

ATTACHMENT: Final = ObjectBinding(
    "MentionAttachment",
    Attachment,
    "Media of a message, by its address on the platform.",
    {
        "url": Stored("url", "Where it is."),
        "type": Stored("type", "What it is."),
        "description": Stored("description", "The text for who cannot see it."),
    },
)

MENTION: Final = ObjectBinding(
    "Mention",
    MentionView,
    "One message about or to the organization, exactly as it arrived; text as the public wrote it.",
    {
        "id": GlobalId(),
        "externalId": Stored("external_id", "The platform's id."),
        "direction": Stored("direction", "From the public, or from us.", of=Direction),
        "kind": Stored("kind", "What kind of message.", of=MentionKind),
        "text": Stored("text", "The words, not sanitized: never render them as HTML."),
        "url": Stored("url", "Where it can be seen."),
        "language": Stored("language", "BCP 47 tag, if known."),
        "inReplyTo": Stored("in_reply_to", "The platform's id of the message it answers."),
        "isDeleted": Stored("is_deleted", "Whether its author deleted it."),
        "postedAt": Stored("posted_at", "The platform's time."),
        "arrivedAt": Stored("arrived_at", "When it reached us."),
        "storedAt": Stored("stored_at", "When it was in its conversation."),
        "author": Embedded("author", "MentionAuthor", "Who wrote it."),
        "attachments": Embedded("attachments", "MentionAttachment", "Its media."),
        "channel": Ref("channel_id", "Channel", "Where it arrived."),
        "conversation": Ref("conversation_id", "Conversation", "The thread it belongs to."),
    },
    permission=Permission.CONVERSATION_READ,
    scope=Scope(through=("conversation_id", "Conversation")),
    is_node=True,
)

CONVERSATION: Final = ObjectBinding(
    "Conversation",
    ConversationView,
    "A thread of mentions and replies under one owner and its clock.",
    {
        "id": GlobalId(),
        "rev": Stored("rev", "Counts its changes."),
        "state": Stored("state", "Where it stands.", of=ConversationState),
        "preview": Stored("preview", "The beginning of its first message."),
        "mentionCount": Stored("mention_count", "How many messages it holds."),
        "openedAt": Stored("opened_at", "The time of its first message."),
        "lastMessageAt": Stored("last_message_at", "The time of its latest message."),
        "updatedAt": Stored("updated_at", "When anything about it changed."),
        "claimUntil": Stored("claim_until", "When the claim lapses."),
        "routedBy": Stored("routed_by", "The rule that found its unit."),
        "clock": Embedded("clock", "ResponseClock", "The first-response clock."),
        "channel": Ref("channel_id", "Channel", "Where it takes place."),
        "unit": Ref("unit_id", "Unit", "The unit responsible."),
        "assignee": Ref("assignee_id", "Person", "The person responsible."),
        "claimedBy": Ref("claimed_by_id", "Person", "Who holds it now."),
        "mergedInto": Ref("merged_into_id", "Conversation", "The thread that took it in."),
        "mentions": Many(
            "Mention", "Its messages, oldest first.", by="conversation_id", order="posted_at"
        ),
        "replies": Many(
            "ContentItem", "Answers drafted in it, oldest first.", by="conversation_id"
        ),
    },
    permission=Permission.CONVERSATION_READ,
    scope=Scope(unit="unit_id", channel="channel_id"),
    is_node=True,
    filters={
        "states": Filter("state", Argument(ConversationState, "In any of these."), Match.ANY_OF),
        "unitId": Filter("unit_id", Argument(Kind.ID, "Of this unit.", ref="Unit")),
        "channelId": Filter("channel_id", Argument(Kind.ID, "On this channel.", ref="Channel")),
        "assigneeId": Filter(
            "assignee_id", Argument(Kind.ID, "Assigned to this person.", ref="Person")
        ),
        "claimedById": Filter(
            "claimed_by_id", Argument(Kind.ID, "Held by this person.", ref="Person")
        ),
        "query": Filter("preview", Argument(Kind.TEXT, "Part of the preview."), Match.CONTAINS),
    },
    sorts={
        "UPDATED_AT": "updated_at",
        "LAST_MESSAGE_AT": "last_message_at",
        "OPENED_AT": "opened_at",
    },
    hidden={"state": {"$ne": ConversationState.MERGED.value}},
)

TYPES: Final = [CLOCK, AUTHOR, ATTACHMENT, MENTION, CONVERSATION]
