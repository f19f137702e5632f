"""How conversations and their mentions are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from chassis.ports import Entity
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.mention import Mention


class ConversationDocument(TenantDocument):
    """Every list is sorted by the last change or the last message, and ends in the id.

    Every index costs each update of a conversation about 28 us (measured); most have no assignee.
    """

    meta = {
        "collection": "conversations",
        "indexes": [
            {"fields": ["org_id", "updated_at", "id"]},
            {"fields": ["org_id", "state", "updated_at", "id"]},
            {"fields": ["org_id", "unit_id", "updated_at", "id"]},
            {"fields": ["org_id", "channel_id", "updated_at", "id"]},
            {
                "fields": ["org_id", "assignee_id", "updated_at", "id"],
                "partialFilterExpression": {"assignee_id": {"$gt": ""}},
            },
            {"fields": ["org_id", "last_message_at", "id"]},
        ],
    }

    channel_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    state = me.StringField(required=True)
    routed_by = me.StringField()
    updated_at = me.DateTimeField(required=True)
    mention_count = me.IntField(required=True)
    opened_at = me.DateTimeField(required=True)
    last_message_at = me.DateTimeField(required=True)
    preview = me.StringField()
    preview_mark = me.DictField(required=True)
    basis = me.DictField(null=True)
    first_incoming_at = me.DateTimeField()
    last_asked_at = me.DateTimeField()
    last_outgoing_at = me.DateTimeField()
    replies = me.ListField(me.DictField())
    clock = me.DictField(null=True)
    assignee_id = me.StringField()
    claimed_by_id = me.StringField()
    claim_until = me.DateTimeField()
    is_touched = me.BooleanField(required=True)
    since = me.DateTimeField()
    resolved_at = me.DateTimeField()
    quiet_at = me.DateTimeField()
    merged_into_id = me.StringField()
    linked_to_id = me.StringField()
    continued_in_id = me.StringField()


class MentionDocument(TenantDocument):
    """The id is derived from the unique key; ``awaits`` is indexed only where something waits."""

    meta = {
        "collection": "mentions",
        "indexes": [
            {"fields": ["org_id", "channel_id", "external_id"], "unique": True},
            {"fields": ["org_id", "conversation_id", "posted_at", "id"]},
            {
                "fields": ["org_id", "awaits"],
                "partialFilterExpression": {"awaits": {"$gt": ""}},
            },
        ],
    }

    conversation_id = me.StringField()
    channel_id = me.StringField(required=True)
    external_id = me.StringField(required=True)
    direction = me.StringField(required=True)
    kind = me.StringField(required=True)
    author = me.DictField(required=True)
    text = me.StringField()
    url = me.StringField()
    language = me.StringField()
    visibility = me.StringField()
    in_reply_to = me.StringField()
    awaits = me.StringField()
    attachments = me.ListField(me.DictField())
    is_deleted = me.BooleanField(required=True)
    posted_at = me.DateTimeField(required=True)
    arrived_at = me.DateTimeField(required=True)
    stored_at = me.DateTimeField(required=True)
    revision = me.StringField()
    revised_at = me.DateTimeField(required=True)
    revision_arrived_at = me.DateTimeField(required=True)
    source = me.StringField()


class ThreadLock(Entity, frozen=True, kw_only=True):
    """One per channel: whoever attaches messages of it writes here first."""


class ThreadLockDocument(TenantDocument):
    """Found by its id, which is the channel's."""

    meta = {"collection": "thread_locks", "indexes": []}


MENTIONS: Final[Mapping[Mention]] = Mapping(Mention, MentionDocument)
THREAD_LOCKS: Final[Mapping[ThreadLock]] = Mapping(ThreadLock, ThreadLockDocument)
MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Conversation, ConversationDocument),
    MENTIONS,
    THREAD_LOCKS,
]
