"""Read contracts on what belongs to reviews: parts of rounds, delegations, guests' links."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.views import View, view
from contracts.workflow.content import RequiredSeat


class VotePart(msgspec.Struct, frozen=True, kw_only=True):
    """One vote of a review round."""

    reviewer_id: str
    stage: int
    verdict: str
    version_hash: str
    reason: str
    cast_at: datetime
    counts: bool
    on_behalf_of: str | None = None
    link_id: str | None = None
    name: str = ""


class StagePart(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a review round."""

    order: int
    mode: str
    quorum: int
    reviewer_ids: list[str]
    state: str
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    name: str = ""
    required: list[RequiredSeat] = []
    added_ids: list[str] = []
    vacant: int = 0
    guest_ids: list[str] = []
    reminded: int = 0


class EmergencyPart(msgspec.Struct, frozen=True, kw_only=True):
    """Break-glass over one wording."""

    version_hash: str
    person_ids: list[str]
    reason: str
    at: datetime


@view("workflow", "delegations")
class DelegationView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, ends_at, _id), (org_id, from_id, ends_at, _id), (org_id, to_id, ends_at, _id)."""

    id: str
    org_id: str
    from_id: str
    to_id: str
    unit_id: str | None
    channel_id: str | None
    starts_at: datetime
    ends_at: datetime
    is_ended: bool
    created_at: datetime


@view("workflow", "review_links")
class ReviewLinkView(View, frozen=True, kw_only=True):
    """Index: (org_id, content_id, _id)."""

    id: str
    org_id: str
    content_id: str
    round_id: str
    stage: int
    version_hash: str
    name: str
    email: str
    issued_by: str
    created_at: datetime
    expires_at: datetime
    state: str
