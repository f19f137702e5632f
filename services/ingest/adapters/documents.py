"""How ingest's aggregates are stored. No field holds a secret in the clear."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.ingest.domain.archives.run import ImportRun
from services.ingest.domain.connections.connection import Connection
from services.ingest.domain.connections.sealed import Credential, DataKey


class ConnectionDocument(TenantDocument):
    """One per channel, under the channel's id."""

    meta = {"collection": "connections", "indexes": [{"fields": ["org_id", "platform", "id"]}]}

    platform = me.StringField(required=True)
    base_url = me.StringField()
    handle = me.StringField()
    external_account_id = me.StringField(required=True)
    state = me.StringField(required=True)
    health = me.StringField(required=True)
    health_detail = me.StringField()
    health_since = me.DateTimeField(required=True)
    next_try_at = me.DateTimeField()
    can_publish = me.BooleanField(required=True)
    text_limit = me.IntField()
    media = me.DictField(null=True)
    connected_by = me.StringField()
    connected_at = me.DateTimeField(required=True)
    can_edit = me.BooleanField()
    can_delete = me.BooleanField()


class DataKeyDocument(TenantDocument):
    """The wrapped data key of an organization."""

    meta = {"collection": "data_keys", "indexes": [{"fields": ["org_id"], "unique": True}]}

    wrapped = me.StringField(required=True)
    master = me.StringField(required=True)
    created_at = me.DateTimeField(required=True)


class CredentialDocument(TenantDocument):
    """The sealed credentials of a channel. The gateway's database user cannot read these."""

    meta = {"collection": "credentials", "indexes": [{"fields": ["org_id", "id"]}]}

    data_key_id = me.StringField(required=True)
    sealed = me.StringField(required=True)
    sealed_at = me.DateTimeField(required=True)


class ImportRunDocument(TenantDocument):
    """A read contract: ``contracts.views.ingest.ImportRunView``."""

    meta = {
        "collection": "import_runs",
        "indexes": [
            {"fields": ["org_id", "started_at", "id"]},
            {"fields": ["org_id", "channel_id", "fingerprint", "state", "id"]},
        ],
    }

    channel_id = me.StringField(required=True)
    format = me.StringField(required=True)
    file_name = me.StringField(required=True)
    fingerprint = me.StringField(required=True)
    state = me.StringField(required=True)
    position = me.LongField(required=True)
    rows_read = me.LongField(required=True)
    rows_stored = me.LongField(required=True)
    rows_unreadable = me.LongField(required=True)
    started_at = me.DateTimeField(required=True)
    ended_at = me.DateTimeField()


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(Connection, ConnectionDocument),
    Mapping(DataKey, DataKeyDocument),
    Mapping(Credential, CredentialDocument),
    Mapping(ImportRun, ImportRunDocument),
]
