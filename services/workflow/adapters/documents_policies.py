"""How policies, waivers, the register and link evidence are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.application.policies.evidence import ERA_SECONDS
from services.workflow.domain.policies.entities import (
    LinkSeen,
    Policy,
    PolicyVersion,
    RegisterEntry,
    RegisterReason,
    Waiver,
)


class PolicyDocument(TenantDocument):
    """A policy; its words are in its versions."""

    meta = {"collection": "policies", "indexes": [{"fields": ["org_id", "name", "id"]}]}

    name = me.StringField(required=True)
    owner_id = me.StringField(required=True)
    version = me.IntField(required=True)
    is_retired = me.BooleanField(required=True)
    created_at = me.DateTimeField(required=True)
    updated_at = me.DateTimeField(required=True)


class PolicyVersionDocument(TenantDocument):
    """One published wording; the second index finds what may be in force."""

    meta = {
        "collection": "policy_versions",
        "indexes": [
            {"fields": ["org_id", "policy_id", "n", "id"], "unique": True},
            {"fields": ["org_id", "is_over", "id"]},
        ],
    }

    policy_id = me.StringField(required=True)
    n = me.IntField(required=True)
    name = me.StringField(required=True)
    summary = me.StringField()
    clauses = me.ListField(me.DictField(), required=True)
    effective_from = me.DateTimeField(required=True)
    ends_at = me.DateTimeField(null=True)
    is_over = me.BooleanField(required=True)
    published_by = me.StringField(null=True)
    published_at = me.DateTimeField(required=True)


class WaiverDocument(TenantDocument):
    """An exception that was asked for."""

    meta = {
        "collection": "waivers",
        "indexes": [
            {"fields": ["org_id", "content_id", "id"]},
            {"fields": ["org_id", "state", "asked_at", "id"]},
            {"fields": ["org_id", "asked_at", "id"]},
        ],
    }

    content_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    policy_id = me.StringField(required=True)
    clause_id = me.StringField(required=True)
    clause_number = me.StringField(required=True)
    covers = me.ListField(me.StringField())
    state = me.StringField(required=True)
    asked_by = me.StringField(required=True)
    reason = me.StringField(required=True)
    asked_at = me.DateTimeField(required=True)
    approver_id = me.StringField(null=True)
    decision = me.StringField()
    decided_at = me.DateTimeField(null=True)
    expires_at = me.DateTimeField(null=True)


class RegisterEntryDocument(TenantDocument):
    """What is not to be said."""

    meta = {
        "collection": "register_entries",
        "indexes": [{"fields": ["org_id", "is_removed", "created_at", "id"]}],
    }

    kind = me.StringField(required=True)
    text = me.StringField(required=True)
    reason_class = me.StringField(required=True)
    severity = me.StringField(required=True)
    safe_line = me.StringField()
    cleared_ids = me.ListField(me.StringField())
    cleared_may_say = me.BooleanField(required=True)
    expires_at = me.DateTimeField(null=True)
    is_removed = me.BooleanField(required=True)
    created_by = me.StringField(required=True)
    created_at = me.DateTimeField(required=True)


class RegisterReasonDocument(TenantDocument):
    """Why; found by the accounts that may read it."""

    meta = {
        "collection": "register_reasons",
        "indexes": [{"fields": ["org_id", "cleared_accounts", "id"]}],
    }

    reason = me.StringField(required=True)
    cleared_ids = me.ListField(me.StringField())
    cleared_accounts = me.ListField(me.StringField())


LINK_KEPT_SECONDS: Final = 2 * ERA_SECONDS
"""After its last question: by then nobody asks for this row any more."""


class LinkSeenDocument(TenantDocument):
    """What was at a link; one per address and organization. Asked for anew where it is missing."""

    meta = {
        "collection": "link_evidence",
        "indexes": [
            {"fields": ["org_id", "looked_at", "id"]},
            {"fields": ["asked_at"], "expireAfterSeconds": LINK_KEPT_SECONDS},
        ],
    }

    url = me.StringField(required=True)
    asked_at = me.DateTimeField(required=True)
    looked_at = me.DateTimeField(null=True)
    status = me.IntField(null=True)
    final_url = me.StringField()
    problem = me.StringField()


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Policy, PolicyDocument),
    Mapping(PolicyVersion, PolicyVersionDocument),
    Mapping(Waiver, WaiverDocument),
    Mapping(RegisterEntry, RegisterEntryDocument),
    Mapping(RegisterReason, RegisterReasonDocument),
    Mapping(LinkSeen, LinkSeenDocument),
]
