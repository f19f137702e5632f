"""How the channel registry is stored. There are no credentials here."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.channels.entities import Channel


class ChannelDocument(TenantDocument):
    """``health`` is the domain's ChannelHealth. The last index finds an account that is known."""

    meta = {
        "collection": "channels",
        "indexes": [
            {"fields": ["org_id", "name", "id"]},
            {"fields": ["org_id", "unit_id", "name", "id"]},
            {"fields": ["org_id", "base_url", "platform", "id"]},
        ],
    }

    platform = me.StringField(required=True)
    name = me.StringField(required=True)
    handle = me.StringField()
    base_url = me.StringField()
    unit_id = me.StringField(required=True)
    steward_id = me.StringField(required=True)
    deputy_ids = me.ListField(me.StringField())
    state = me.StringField(required=True)
    health = me.DictField(required=True)
    can_publish = me.BooleanField(required=True)
    text_limit = me.IntField()
    can_edit = me.BooleanField()
    can_delete = me.BooleanField()
    media = me.DictField(null=True)
    created_at = me.DateTimeField(required=True)


MAPPINGS: Final[list[Mapping[Any]]] = [Mapping(Channel, ChannelDocument)]
