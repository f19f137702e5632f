"""How organizations, units and routing rules are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.organizations.entities import Organization, RoutingRow, Unit


class OrganizationDocument(TenantDocument):
    """One for each tenant. A slug is unique because the id is derived from it."""

    meta = {"collection": "organizations", "indexes": [{"fields": ["org_id"], "unique": True}]}

    slug = me.StringField(required=True)
    name = me.StringField(required=True)
    time_zone = me.StringField(required=True)
    created_at = me.DateTimeField(required=True)


class UnitDocument(TenantDocument):
    """The tree is held by ``parent_id``."""

    meta = {
        "collection": "units",
        "indexes": [
            {"fields": ["org_id", "name", "id"]},
            {"fields": ["org_id", "parent_id", "name", "id"]},
        ],
    }

    name = me.StringField(required=True)
    parent_id = me.StringField()
    time_zone = me.StringField(required=True)
    created_at = me.DateTimeField(required=True)


class RoutingRuleDocument(TenantDocument):
    """One rule at its place."""

    meta = {
        "collection": "routing_rules",
        "indexes": [{"fields": ["org_id", "position", "id"]}],
    }

    position = me.IntField(required=True)
    name = me.StringField(required=True)
    action = me.StringField(required=True)
    unit_id = me.StringField()
    channel_ids = me.ListField(me.StringField())
    contains = me.ListField(me.StringField())
    author_handles = me.ListField(me.StringField())
    kinds = me.ListField(me.StringField())


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Organization, OrganizationDocument),
    Mapping(Unit, UnitDocument),
    Mapping(RoutingRow, RoutingRuleDocument),
]
