"""How the gateway's own documents are stored, and every index they need."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping, Mappings
from services.graphql_gateway.domain.calendar_feed import CalendarFeed
from services.graphql_gateway.domain.credentials import Account, ApiKey, Invitation, Session


class AccountDocument(TenantDocument):
    """Its id is derived from the e-mail address, so an address is unique by being the key."""

    meta = {"collection": "accounts"}

    email = me.StringField(required=True)
    password_hash = me.StringField(null=True)
    is_operator = me.BooleanField(required=True)
    memberships = me.ListField(me.DictField())
    created_at = me.DateTimeField(required=True)


class SessionDocument(TenantDocument):
    """The second index finds what ends when a person leaves."""

    meta = {
        "collection": "sessions",
        "indexes": [
            {"fields": ["org_id", "-created_at", "-id"]},
            {"fields": ["org_id", "person_id", "revoked_at", "id"]},
        ],
    }

    account_id = me.StringField(required=True)
    person_id = me.StringField(null=True)
    refresh_hash = me.StringField(required=True)
    used_hashes = me.ListField(me.StringField())
    created_at = me.DateTimeField(required=True)
    last_used_at = me.DateTimeField(required=True)
    expires_at = me.DateTimeField(required=True)
    revoked_at = me.DateTimeField(null=True)
    reason = me.StringField()


class ApiKeyDocument(TenantDocument):
    """Looked up by id across organizations: the key says which one it belongs to."""

    meta = {
        "collection": "keys",
        "indexes": [
            {"fields": ["org_id", "-created_at", "-id"]},
            {"fields": ["org_id", "person_id", "revoked_at", "id"]},
        ],
    }

    account_id = me.StringField(required=True)
    person_id = me.StringField(required=True)
    name = me.StringField(required=True)
    secret_hash = me.StringField(required=True)
    scopes = me.ListField(me.StringField(), null=True)
    created_at = me.DateTimeField(required=True)
    expires_at = me.DateTimeField(null=True)
    last_used_at = me.DateTimeField(null=True)
    revoked_at = me.DateTimeField(null=True)


class InvitationDocument(TenantDocument):
    """One per person; a new link replaces the hash."""

    meta = {"collection": "invitations"}

    account_id = me.StringField(required=True)
    person_id = me.StringField(required=True)
    email = me.StringField(required=True)
    token_hash = me.StringField(null=True)
    created_at = me.DateTimeField(required=True)
    expires_at = me.DateTimeField(required=True)
    accepted_at = me.DateTimeField(null=True)


class CalendarFeedDocument(TenantDocument):
    """Looked up by id across organizations: the link says which one it belongs to."""

    meta = {
        "collection": "calendar_feeds",
        "indexes": [{"fields": ["org_id", "-created_at", "-id"]}],
    }

    account_id = me.StringField(required=True)
    person_id = me.StringField(required=True)
    whose = me.StringField(required=True)
    name = me.StringField(required=True)
    secret_hash = me.StringField(required=True)
    unit_ids = me.ListField(me.StringField())
    channel_ids = me.ListField(me.StringField())
    created_at = me.DateTimeField(required=True)
    revoked_at = me.DateTimeField(null=True)


DOCUMENTS: Final = (
    AccountDocument,
    SessionDocument,
    ApiKeyDocument,
    InvitationDocument,
    CalendarFeedDocument,
)

MAPPINGS: Final[Mappings] = Mappings(
    [
        Mapping[Any](Account, AccountDocument),
        Mapping[Any](Session, SessionDocument),
        Mapping[Any](ApiKey, ApiKeyDocument),
        Mapping[Any](Invitation, InvitationDocument),
        Mapping[Any](CalendarFeed, CalendarFeedDocument),
    ]
)
