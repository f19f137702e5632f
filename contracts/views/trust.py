"""Read contracts on workflow's records of trust, routes of review and seats."""

from __future__ import annotations

from datetime import datetime

from contracts.views import View, view
from contracts.workflow.trust import RouteRule


@view("workflow", "trust_records")
class TrustRecordView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, person_id, channel_id, _id), (org_id, channel_id, _id), (org_id, as_of, _id)."""

    id: str
    org_id: str
    person_id: str
    account_id: str
    channel_id: str
    unit_id: str
    risk: str
    tier: str
    score: float
    clean_count: int
    incident_count: int
    self_reported_count: int
    probation_until: datetime | None
    sentence: str
    as_of: datetime


@view("workflow", "trust_entries")
class LedgerEntryView(View, frozen=True, kw_only=True):
    """Index: (org_id, person_id, happened_at, _id). Immutable."""

    id: str
    org_id: str
    person_id: str
    account_id: str
    channel_id: str
    unit_id: str
    risk: str
    outcome: str
    severity: int
    weight: float
    is_self_reported: bool
    was_reviewed: bool
    content_id: str
    happened_at: datetime


@view("workflow", "review_settings")
class ReviewSettingsView(View, frozen=True, kw_only=True):
    """Index: (org_id). One for each organization; missing until something was set."""

    id: str
    org_id: str
    rules: list[RouteRule]
    crisis_level: int
    crisis_reason: str
    crisis_since: datetime | None
    updated_at: datetime


@view("workflow", "review_seats")
class ReviewSeatView(View, frozen=True, kw_only=True):
    """Index: (org_id, name, _id)."""

    id: str
    org_id: str
    name: str
    person_id: str
    unit_id: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_ended: bool
    created_at: datetime
