"""Read contracts on workflow's collections."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.ingest import Attachment, Author, MediaRules
from contracts.views import View, view
from contracts.views.review import EmergencyPart, StagePart, VotePart
from contracts.workflow.content import Finding, Variant
from contracts.workflow.content_parts import VariantChange


@view("workflow", "organizations")
class OrganizationView(View, frozen=True, kw_only=True):
    """Index: (org_id)."""

    id: str
    org_id: str
    slug: str
    name: str
    time_zone: str
    created_at: datetime


@view("workflow", "units")
class UnitView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, name, _id), (org_id, parent_id, name, _id)."""

    id: str
    org_id: str
    name: str
    parent_id: str | None
    time_zone: str
    created_at: datetime


@view("workflow", "people")
class PersonView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, name, _id), (org_id, account_id)."""

    id: str
    org_id: str
    account_id: str
    email: str
    name: str
    unit_id: str | None
    is_active: bool
    created_at: datetime


@view("workflow", "grants")
class GrantView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, person_id, _id)."""

    id: str
    org_id: str
    person_id: str
    role: str
    scope: str
    scope_id: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_revoked: bool
    created_at: datetime


@view("workflow", "routing_rules")
class RoutingRuleView(View, frozen=True, kw_only=True):
    """Index: (org_id, position, _id)."""

    id: str
    org_id: str
    position: int
    name: str
    action: str
    unit_id: str | None
    channel_ids: list[str]
    contains: list[str]
    author_handles: list[str]
    kinds: list[str]


class HealthPart(msgspec.Struct, frozen=True, kw_only=True):
    """Connection health of a channel."""

    state: str
    detail: str
    since: datetime | None = None
    next_try_at: datetime | None = None


@view("workflow", "channels")
class ChannelView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, name, _id), (org_id, unit_id, name, _id)."""

    id: str
    org_id: str
    platform: str
    name: str
    handle: str
    base_url: str
    unit_id: str
    steward_id: str
    deputy_ids: list[str]
    state: str
    health: HealthPart
    can_publish: bool
    text_limit: int | None
    created_at: datetime
    media: MediaRules | None = None


class ClockPart(msgspec.Struct, frozen=True, kw_only=True):
    """The first-response clock."""

    kind: str
    state: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    credited_to: str | None = None


@view("workflow", "conversations")
class ConversationView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, updated_at, _id), (org_id, state, updated_at, _id),

    (org_id, unit_id, updated_at, _id), (org_id, channel_id, updated_at, _id),
    (org_id, assignee_id, updated_at, _id), (org_id, last_message_at, _id).
    """

    id: str
    org_id: str
    rev: int
    channel_id: str
    unit_id: str
    state: str
    preview: str
    mention_count: int
    opened_at: datetime
    last_message_at: datetime
    assignee_id: str | None
    claimed_by_id: str | None
    claim_until: datetime | None
    clock: ClockPart | None
    merged_into_id: str | None
    routed_by: str
    updated_at: datetime


@view("workflow", "mentions")
class MentionView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, conversation_id, posted_at, _id), (org_id, channel_id, external_id) unique."""

    id: str
    org_id: str
    conversation_id: str
    channel_id: str
    external_id: str
    direction: str
    kind: str
    author: Author
    text: str
    url: str
    language: str
    in_reply_to: str | None
    attachments: list[Attachment]
    is_deleted: bool
    posted_at: datetime
    arrived_at: datetime
    stored_at: datetime


@view("workflow", "content_items")
class ContentItemView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, updated_at, _id), (org_id, state, updated_at, _id),

    (org_id, unit_id, updated_at, _id), (org_id, conversation_id, _id), (org_id, due_at, _id),
    (org_id, planned_at, _id), (org_id, series_id, _id),
    (org_id, debt, updated_at, _id), (org_id, tags, updated_at, _id).
    """

    id: str
    org_id: str
    rev: int
    kind: str
    state: str
    author_id: str
    co_author_ids: list[str]
    unit_id: str
    channel_ids: list[str]
    conversation_id: str | None
    topic_risk: str
    variants: list[Variant]
    version: int
    version_hash: str | None
    round_id: str | None
    findings: list[Finding]
    explanation: str
    planned_at: datetime | None
    due_at: datetime | None
    wall_time: str | None
    time_zone: str | None
    machine_written: bool
    created_at: datetime
    updated_at: datetime
    topic: str = ""
    tags: list[str] = []
    notes: str = ""
    language: str = ""
    approval: str | None = None
    is_sampled: bool | None = None
    debt: str = "none"
    debt_due_at: datetime | None = None
    valid_until: datetime | None = None
    held_from: str | None = None
    emergency: EmergencyPart | None = None
    series_id: str | None = None
    ends_at: datetime | None = None


@view("workflow", "content_versions")
class ContentVersionView(View, frozen=True, kw_only=True):
    """Index: (org_id, content_id, n, _id). Immutable."""

    id: str
    org_id: str
    content_id: str
    n: int
    hash: str
    variants: list[Variant]
    frozen_by: str
    frozen_at: datetime
    changes: list[VariantChange] = []
    machine_written: bool = False


@view("workflow", "review_rounds")
class ReviewRoundView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, content_id, _id), (org_id, waiting_ids, opened_at, _id)."""

    id: str
    org_id: str
    content_id: str
    version_hash: str
    state: str
    explanation: str
    stages: list[StagePart]
    votes: list[VotePart]
    opened_at: datetime
    closed_at: datetime | None
    waiting_ids: list[str] = []
    appeal_of: str | None = None


class AttemptPart(msgspec.Struct, frozen=True, kw_only=True):
    """One try at a delivery."""

    n: int
    fence: int
    purpose: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None
    http_status: int | None
    detail: str
    external_id: str | None = None


@view("workflow", "deliveries")
class DeliveryView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, content_id, _id), (org_id, state, due_at, _id)."""

    id: str
    org_id: str
    content_id: str
    channel_id: str
    unit_id: str
    state: str
    due_at: datetime
    attempts: list[AttemptPart]
    external_id: str | None
    url: str | None
    confirmed_at: datetime | None
    reason: str
    created_at: datetime
    updated_at: datetime
    action: str = "publish"
    held_by: str | None = None
    stop_id: str | None = None
    window_id: str | None = None
    original_id: str | None = None
    next_try_at: datetime | None = None
