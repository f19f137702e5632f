"""How deliveries, stops and paces of channels are stored; every index serves a request."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.pace import ChannelPace
from services.workflow.domain.deliveries.stop import PublishingStop


class DeliveryDocument(TenantDocument):
    """The unique key is what makes one intent one delivery (P1)."""

    meta = {
        "collection": "deliveries",
        "auto_create_index": False,
        "indexes": [
            {"fields": ["org_id", "key"], "unique": True},
            ("org_id", "content_id", "id"),
            ("org_id", "state", "due_at", "id"),
            ("org_id", "-due_at", "-id"),
            ("org_id", "channel_id", "external_id"),
            ("org_id", "original_id", "id"),
            ("org_id", "source_id", "id"),
            ("org_id", "stop_id", "id"),
            ("org_id", "window_id", "id"),
        ],
    }

    content_id = me.StringField(required=True)
    conversation_id = me.StringField(null=True)
    channel_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    key = me.StringField(required=True)
    variant_hash = me.StringField(required=True)
    version_hash = me.StringField(required=True)
    text = me.StringField(required=True)
    media = me.ListField(me.DictField())
    in_reply_to = me.StringField(null=True)
    state = me.StringField(required=True)
    due_at = me.DateTimeField(required=True)
    frozen_at = me.DateTimeField(required=True)
    max_lateness_seconds = me.IntField(required=True)
    attempts = me.ListField(me.DictField())
    fence = me.IntField(required=True)
    lease_owner = me.StringField(null=True)
    lease_until = me.DateTimeField(null=True)
    idempotency_class = me.StringField(null=True)
    key_life_seconds = me.IntField(required=True)
    first_sent_at = me.DateTimeField(null=True)
    next_try_at = me.DateTimeField(null=True)
    look_ups = me.IntField(required=True)
    external_id = me.StringField(null=True)
    url = me.StringField(null=True)
    confirmed_at = me.DateTimeField(null=True)
    reason = me.StringField()
    action = me.StringField(required=True)
    target_external_id = me.StringField(null=True)
    original_id = me.StringField(null=True)
    source_id = me.StringField()
    held_by = me.StringField(null=True)
    stop_id = me.StringField(null=True)
    window_id = me.StringField(null=True)
    slot_at = me.DateTimeField(null=True)
    profile = me.DictField(null=True)
    captured = me.DictField(null=True)
    captured_media = me.ListField(me.DictField())
    created_at = me.DateTimeField(required=True)
    updated_at = me.DateTimeField(required=True)


class PublishingStopDocument(TenantDocument):
    """Few are active at a time; the others are history."""

    meta = {
        "collection": "publishing_stops",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "is_active", "id"),
            ("org_id", "-stopped_at", "-id"),
        ],
    }

    reason = me.StringField(required=True)
    stopped_by = me.StringField(required=True)
    stopped_at = me.DateTimeField(required=True)
    ends_at = me.DateTimeField(null=True)
    exempt_content_ids = me.ListField(me.StringField())
    exempt_channel_ids = me.ListField(me.StringField())
    exempt_unit_ids = me.ListField(me.StringField())
    is_active = me.BooleanField(required=True)
    ended_at = me.DateTimeField(null=True)
    ended_by = me.StringField(null=True)
    end_reason = me.StringField()


class ChannelPaceDocument(TenantDocument):
    """Its id is the channel's."""

    meta = {
        "collection": "channel_paces",
        "auto_create_index": False,
        "indexes": [("org_id", "id")],
    }

    per_minute = me.IntField(required=True)
    next_free_at = me.DateTimeField(null=True)


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Delivery, DeliveryDocument),
    Mapping(PublishingStop, PublishingStopDocument),
    Mapping(ChannelPace, ChannelPaceDocument),
]
