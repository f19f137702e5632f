"""Read contracts on corrections, their chain and tasks, and on legal holds."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.views import View, view
from contracts.workflow.content import Media
from contracts.workflow.corrections import PublicCorrection


class CorrectionTargetPart(msgspec.Struct, frozen=True, kw_only=True):
    """One live post of a correction; ``was`` is its record, captured before anything changed."""

    delivery_id: str
    channel_id: str
    channel_name: str
    url: str
    live_at: datetime
    action: str | None
    words: str
    media: list[Media]
    was: str | None
    was_media: list[Media]
    captured_at: datetime | None
    change_id: str | None
    post_id: str | None
    outcome: str
    detail: str


class PropagationPart(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that passed the wrong words on, and what came of its task."""

    unit_id: str
    task_id: str
    state: str


@view("workflow", "corrections")
class CorrectionView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, state, reported_at, _id), (org_id, content_id, _id),

    (org_id, reported_at, _id), (org_id, is_public, number, _id). ``public`` is what the ledger shows.
    """

    id: str
    org_id: str
    content_id: str
    unit_id: str
    state: str
    targets: list[CorrectionTargetPart]
    propagated_to: list[PropagationPart]
    reported_by: str
    reported_at: datetime
    found_by: str
    found_at: datetime
    live_at: datetime
    what_was_wrong: str
    what_is_right: str
    kind: str | None
    error_class: str | None
    severity: int | None
    reach_estimate: int | None
    is_self_reported: bool
    assessed_by: str | None
    drafted_by: str | None
    draft_hash: str | None
    approved_by: str | None
    approved_at: datetime | None
    applied_at: datetime | None
    closed_at: datetime | None
    reason: str
    lesson: str
    number: int | None
    is_public: bool
    public: PublicCorrection | None


@view("workflow", "correction_entries")
class CorrectionEntryView(View, frozen=True, kw_only=True):
    """Index: (org_id, n, _id). One link of the chain; ``private_json`` stays with the owner."""

    id: str
    org_id: str
    n: int
    correction_id: str
    at: datetime
    public_json: str
    private_hash: str
    previous_hash: str
    hash: str


@view("workflow", "correction_tasks")
class CorrectionTaskView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, correction_id, due_at, _id), (org_id, state, due_at, _id),

    (org_id, due_at, _id).
    """

    id: str
    org_id: str
    correction_id: str
    unit_id: str
    content_ids: list[str]
    why: str
    state: str
    due_at: datetime
    created_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    reason: str


@view("workflow", "legal_holds")
class LegalHoldView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, content_id, set_at, _id), (org_id, set_at, _id)."""

    id: str
    org_id: str
    content_id: str
    unit_id: str
    matter: str
    reason: str
    set_by: str
    set_at: datetime
    is_lifted: bool
    lifted_by: str | None
    lifted_at: datetime | None
    lift_reason: str
