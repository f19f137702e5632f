"""How the trust ledger, its records, routes of review and seats are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.trust.entry import LedgerEntry
from services.workflow.domain.trust.record import TrustRecord
from services.workflow.domain.trust.settings import ReviewSeat, ReviewSettings, SampleKey


class LedgerEntryDocument(TenantDocument):
    """Written once, never changed. The second index finds what is known of one source."""

    meta = {
        "collection": "trust_entries",
        "indexes": [
            ("org_id", "person_id", "channel_id", "outcome", "risk", "-happened_at", "id"),
            ("org_id", "person_id", "channel_id", "source_id", "id"),
            ("org_id", "person_id", "-happened_at", "id"),
        ],
    }

    person_id = me.StringField(required=True)
    channel_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    risk = me.StringField(required=True)
    outcome = me.StringField(required=True)
    severity = me.IntField(required=True)
    weight = me.FloatField(required=True)
    is_self_reported = me.BooleanField(required=True)
    is_publication = me.BooleanField(required=True)
    is_author = me.BooleanField(required=True)
    was_reviewed = me.BooleanField(required=True)
    content_id = me.StringField(required=True)
    source_id = me.StringField(required=True)
    happened_at = me.DateTimeField(required=True)
    is_repeat = me.BooleanField(required=True)
    account_id = me.StringField(required=True)


class TrustRecordDocument(TenantDocument):
    """One for each person, channel and topic risk; made again from the entries."""

    meta = {
        "collection": "trust_records",
        "indexes": [
            ("org_id", "person_id", "channel_id", "id"),
            ("org_id", "channel_id", "id"),
            ("org_id", "-as_of", "-id"),
        ],
    }

    person_id = me.StringField(required=True)
    account_id = me.StringField(required=True)
    channel_id = me.StringField(required=True)
    unit_id = me.StringField(required=True)
    risk = me.StringField(required=True)
    tier = me.StringField(required=True)
    score = me.FloatField(required=True)
    clean_count = me.IntField(required=True)
    incident_count = me.IntField(required=True)
    self_reported_count = me.IntField(required=True)
    probation_until = me.DateTimeField(null=True)
    sentence = me.StringField(required=True)
    as_of = me.DateTimeField(required=True)


class ReviewSettingsDocument(TenantDocument):
    """One for each organization."""

    meta = {"collection": "review_settings", "indexes": [{"fields": ["org_id"], "unique": True}]}

    rules = me.ListField(me.DictField())
    crisis_level = me.IntField(required=True)
    crisis_reason = me.StringField()
    crisis_since = me.DateTimeField(null=True)
    updated_at = me.DateTimeField(required=True)


class ReviewSeatDocument(TenantDocument):
    """Ended seats are kept."""

    meta = {
        "collection": "review_seats",
        "indexes": [
            ("org_id", "name", "id"),
            ("org_id", "is_ended", "id"),
            ("org_id", "person_id", "id"),
        ],
    }

    name = me.StringField(required=True)
    person_id = me.StringField(required=True)
    unit_id = me.StringField(null=True)
    starts_at = me.DateTimeField(null=True)
    ends_at = me.DateTimeField(null=True)
    is_ended = me.BooleanField(required=True)
    created_at = me.DateTimeField(required=True)


class SampleKeyDocument(TenantDocument):
    """In no read contract, so that the gateway's database user cannot read it."""

    meta = {"collection": "sample_keys", "indexes": [{"fields": ["org_id"], "unique": True}]}

    secret = me.StringField(required=True)


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(LedgerEntry, LedgerEntryDocument),
    Mapping(TrustRecord, TrustRecordDocument),
    Mapping(ReviewSettings, ReviewSettingsDocument),
    Mapping(ReviewSeat, ReviewSeatDocument),
    Mapping(SampleKey, SampleKeyDocument),
]
