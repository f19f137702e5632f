"""How people and their grants are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.people.entities import Grant, Person


class PersonDocument(TenantDocument):
    """One account is one person in an organization; the unique index decides a race."""

    meta = {
        "collection": "people",
        "indexes": [
            {"fields": ["org_id", "name", "id"]},
            {"fields": ["org_id", "account_id"], "unique": True},
        ],
    }

    account_id = me.StringField(required=True)
    email = me.StringField(required=True)
    name = me.StringField(required=True)
    unit_id = me.StringField()
    is_active = me.BooleanField(required=True)
    created_at = me.DateTimeField(required=True)


class GrantDocument(TenantDocument):
    """Revoked grants are kept; the second index finds the admins."""

    meta = {
        "collection": "grants",
        "indexes": [
            {"fields": ["org_id", "person_id", "id"]},
            {"fields": ["org_id", "role", "id"]},
        ],
    }

    person_id = me.StringField(required=True)
    role = me.StringField(required=True)
    scope = me.StringField(required=True)
    scope_id = me.StringField(required=True)
    starts_at = me.DateTimeField()
    ends_at = me.DateTimeField()
    is_revoked = me.BooleanField(required=True)
    created_at = me.DateTimeField(required=True)


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Person, PersonDocument),
    Mapping(Grant, GrantDocument),
]
