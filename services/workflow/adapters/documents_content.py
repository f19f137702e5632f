"""How content, versions and review rounds are stored; every index serves a request."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.content.item import ContentItem, ContentVersion
from services.workflow.domain.content.rounds import ReviewRound


class ContentItemDocument(TenantDocument):
    """``variants`` are the words being written; versions keep the frozen ones."""

    meta = {
        "collection": "content_items",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "-updated_at", "-id"),
            ("org_id", "state", "-updated_at", "-id"),
            ("org_id", "state", "-updated_at", "id"),
            ("org_id", "unit_id", "-updated_at", "-id"),
            ("org_id", "channel_ids", "-updated_at", "-id"),
            ("org_id", "conversation_id", "id"),
            ("org_id", "due_at", "id"),
            ("org_id", "planned_at", "id"),
            ("org_id", "series_id", "id"),
            ("org_id", "debt", "-updated_at", "-id"),
            ("org_id", "tags", "-updated_at", "-id"),
        ],
    }

    kind = me.StringField(required=True)
    state = me.StringField(required=True)
    author_id = me.StringField(required=True)
    co_author_ids = me.ListField(me.StringField())
    unit_id = me.StringField(required=True)
    channel_ids = me.ListField(me.StringField(), required=True)
    conversation_id = me.StringField(null=True)
    in_reply_to = me.StringField(null=True)
    topic_risk = me.StringField(required=True)
    variants = me.ListField(me.DictField(), required=True)
    version = me.IntField(required=True)
    version_hash = me.StringField(null=True)
    round_id = me.StringField(null=True)
    findings = me.ListField(me.DictField())
    explanation = me.StringField()
    proposed = me.DictField(null=True)
    planned_at = me.DateTimeField(null=True)
    due_at = me.DateTimeField(null=True)
    wall_time = me.StringField(null=True)
    time_zone = me.StringField(null=True)
    slot = me.IntField(required=True)
    max_lateness_seconds = me.IntField(required=True)
    machine_written = me.BooleanField(required=True)
    topic = me.StringField()
    tags = me.ListField(me.StringField())
    notes = me.StringField()
    language = me.StringField()
    approval = me.StringField(null=True)
    after = me.StringField()
    is_sampled = me.BooleanField(null=True)
    debt = me.StringField()
    debt_due_at = me.DateTimeField(null=True)
    valid_until = me.DateTimeField(null=True)
    held_from = me.StringField(null=True)
    emergency = me.DictField(null=True)
    corrects_id = me.StringField()
    series_id = me.StringField(null=True)
    ends = me.DictField(null=True)
    ends_at = me.DateTimeField(null=True)
    created_at = me.DateTimeField(required=True)
    updated_at = me.DateTimeField(required=True)


class ContentVersionDocument(TenantDocument):
    """Written once, never changed."""

    meta = {
        "collection": "content_versions",
        "auto_create_index": False,
        "indexes": [
            {"fields": ["org_id", "content_id", "n"], "unique": True},
            ("org_id", "content_id", "n", "id"),
        ],
    }

    content_id = me.StringField(required=True)
    n = me.IntField(required=True)
    hash = me.StringField(required=True)
    variants = me.ListField(me.DictField(), required=True)
    changes = me.ListField(me.DictField())
    machine_written = me.BooleanField()
    frozen_by = me.StringField(required=True)
    frozen_at = me.DateTimeField(required=True)


class ReviewRoundDocument(TenantDocument):
    """Stages and votes are embedded: a round is read and written as one."""

    meta = {
        "collection": "review_rounds",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "content_id", "id"),
            ("org_id", "waiting_ids", "opened_at", "id"),
            ("org_id", "state", "id"),
        ],
    }

    content_id = me.StringField(required=True)
    waiting_ids = me.ListField(me.StringField())
    version_hash = me.StringField(required=True)
    state = me.StringField(required=True)
    explanation = me.StringField()
    stages = me.ListField(me.DictField(), required=True)
    votes = me.ListField(me.DictField())
    appeal_of = me.StringField(null=True)
    opened_at = me.DateTimeField(required=True)
    closed_at = me.DateTimeField(null=True)


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(ContentItem, ContentItemDocument),
    Mapping(ContentVersion, ContentVersionDocument),
    Mapping(ReviewRound, ReviewRoundDocument),
]
