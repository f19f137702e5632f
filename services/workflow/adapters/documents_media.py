"""How attached files are stored; their bytes are in the blob store."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.media.entities import MediaFile, MediaUsage


class MediaFileDocument(TenantDocument):
    """One per file and organization; its id is derived from the hash."""

    meta = {
        "collection": "media",
        "indexes": [
            {"fields": ["org_id", "hash", "id"]},
            {"fields": ["org_id", "added_at", "id"]},
        ],
    }

    hash = me.StringField(required=True)
    content_type = me.StringField(required=True)
    size = me.LongField(required=True)
    width = me.IntField(null=True)
    height = me.IntField(null=True)
    added_by = me.StringField(required=True)
    added_at = me.DateTimeField(required=True)


class MediaUsageDocument(TenantDocument):
    """One per organization, under its id."""

    meta = {"collection": "media_usage", "indexes": [{"fields": ["org_id", "id"]}]}

    files = me.IntField(required=True)
    kept_bytes = me.LongField(required=True)
    quota_bytes = me.LongField(required=True)


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(MediaFile, MediaFileDocument),
    Mapping(MediaUsage, MediaUsageDocument),
]
