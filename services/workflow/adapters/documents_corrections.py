"""How corrections, their chain and tasks, and legal holds are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.corrections.chain import ChainHead, CorrectionEntry
from services.workflow.domain.corrections.correction import Correction, CorrectionTask, LegalHold


class CorrectionDocument(TenantDocument):
    """``number`` and ``public`` are set when it is approved."""

    meta = {
        "collection": "corrections",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "state", "reported_at", "id"),
            ("org_id", "content_id", "id"),
            ("org_id", "reported_at", "id"),
            ("org_id", "is_public", "number", "id"),
        ],
    }

    content_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    state = me.StringField(required=True)
    targets = me.ListField(me.DictField(), required=True)
    reported_by = me.StringField(required=True)
    reported_at = me.DateTimeField(required=True)
    found_by = me.StringField(required=True)
    found_at = me.DateTimeField(required=True)
    live_at = me.DateTimeField(required=True)
    what_was_wrong = me.StringField(required=True)
    what_is_right = me.StringField()
    kind = me.StringField(null=True)
    error_class = me.StringField(null=True)
    severity = me.IntField(null=True)
    reach_estimate = me.IntField(null=True)
    is_self_reported = me.BooleanField(required=True)
    assessed_by = me.StringField(null=True)
    drafted_by = me.StringField(null=True)
    draft_hash = me.StringField(null=True)
    approved_by = me.StringField(null=True)
    approved_at = me.DateTimeField(null=True)
    applied_at = me.DateTimeField(null=True)
    closed_at = me.DateTimeField(null=True)
    propagated_to = me.ListField(me.DictField())
    reason = me.StringField()
    accepted = me.StringField()
    lesson = me.StringField()
    number = me.IntField(null=True)
    is_public = me.BooleanField(required=True)
    public = me.DictField(null=True)


class CorrectionEntryDocument(TenantDocument):
    """Written once, never changed; the unique place is what makes the chain one line."""

    meta = {
        "collection": "correction_entries",
        "auto_create_index": False,
        "indexes": [
            {"fields": ["org_id", "n"], "unique": True},
            ("org_id", "n", "id"),
        ],
    }

    n = me.IntField(required=True)
    correction_id = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    public_json = me.StringField(required=True)
    private_json = me.StringField(required=True)
    private_hash = me.StringField(required=True)
    previous_hash = me.StringField(required=True)
    hash = me.StringField(required=True)


class ChainHeadDocument(TenantDocument):
    """One per organization."""

    meta = {
        "collection": "correction_heads",
        "auto_create_index": False,
        "indexes": [("org_id", "id")],
    }

    n = me.IntField(required=True)
    hash = me.StringField(required=True)
    numbered = me.IntField(required=True)


class CorrectionTaskDocument(TenantDocument):
    """What a unit is asked to do."""

    meta = {
        "collection": "correction_tasks",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "correction_id", "due_at", "id"),
            ("org_id", "state", "due_at", "id"),
            ("org_id", "due_at", "id"),
        ],
    }

    correction_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    content_ids = me.ListField(me.StringField())
    why = me.StringField()
    state = me.StringField(required=True)
    due_at = me.DateTimeField(required=True)
    created_at = me.DateTimeField(required=True)
    settled_by = me.StringField(null=True)
    settled_at = me.DateTimeField(null=True)
    reason = me.StringField()


class LegalHoldDocument(TenantDocument):
    """Kept after it was lifted."""

    meta = {
        "collection": "legal_holds",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "content_id", "set_at", "id"),
            ("org_id", "set_at", "id"),
        ],
    }

    content_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    matter = me.StringField(required=True)
    reason = me.StringField()
    set_by = me.StringField(required=True)
    set_at = me.DateTimeField(required=True)
    is_lifted = me.BooleanField(required=True)
    lifted_by = me.StringField(null=True)
    lifted_at = me.DateTimeField(null=True)
    lift_reason = me.StringField()


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Correction, CorrectionDocument),
    Mapping(CorrectionEntry, CorrectionEntryDocument),
    Mapping(ChainHead, ChainHeadDocument),
    Mapping(CorrectionTask, CorrectionTaskDocument),
    Mapping(LegalHold, LegalHoldDocument),
]
