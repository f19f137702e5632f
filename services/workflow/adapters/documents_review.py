"""How delegations and guests' links are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.content.delegation import Delegation
from services.workflow.domain.content.link import ReviewLink


class DelegationDocument(TenantDocument):
    """Kept after it ended: votes refer to it."""

    meta = {
        "collection": "delegations",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "from_id", "to_id"),
            ("org_id", "to_id", "ends_at", "id"),
            ("org_id", "from_id", "ends_at", "id"),
            ("org_id", "ends_at", "id"),
        ],
    }

    from_id = me.StringField(required=True)
    to_id = me.StringField(required=True)
    unit_id = me.StringField(null=True)
    channel_id = me.StringField(null=True)
    starts_at = me.DateTimeField(required=True)
    ends_at = me.DateTimeField(required=True)
    created_at = me.DateTimeField(required=True)
    is_ended = me.BooleanField(required=True)


class ReviewLinkDocument(TenantDocument):
    """No secret: the gateway signs the link's id."""

    meta = {
        "collection": "review_links",
        "auto_create_index": False,
        "indexes": [("org_id", "content_id", "id")],
    }

    content_id = me.StringField(required=True)
    round_id = me.StringField(required=True)
    stage = me.IntField(required=True)
    version_hash = me.StringField(required=True)
    name = me.StringField(required=True)
    email = me.StringField(required=True)
    issued_by = me.StringField(required=True)
    created_at = me.DateTimeField(required=True)
    expires_at = me.DateTimeField(required=True)
    state = me.StringField(required=True)


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Delegation, DelegationDocument),
    Mapping(ReviewLink, ReviewLinkDocument),
]
