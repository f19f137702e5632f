"""Read contracts on policies, waivers and the register of what not to say."""

from __future__ import annotations

from datetime import datetime

from contracts.views import View, view
from contracts.workflow.policies import Clause


@view("workflow", "policies")
class PolicyView(View, frozen=True, kw_only=True):
    """Index: (org_id, name, _id)."""

    id: str
    org_id: str
    name: str
    owner_id: str
    version: int
    is_retired: bool
    created_at: datetime
    updated_at: datetime


@view("workflow", "policy_versions")
class PolicyVersionView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, policy_id, n, _id), (org_id, is_over, _id).

    In force from ``effective_from`` until ``ends_at``; its words never change.
    """

    id: str
    org_id: str
    policy_id: str
    n: int
    name: str
    summary: str
    clauses: list[Clause]
    effective_from: datetime
    ends_at: datetime | None
    is_over: bool
    published_by: str | None
    published_at: datetime


@view("workflow", "waivers")
class WaiverView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, content_id, _id), (org_id, state, asked_at, _id), (org_id, asked_at, _id)."""

    id: str
    org_id: str
    content_id: str
    unit_id: str
    policy_id: str
    clause_id: str
    clause_number: str
    state: str
    asked_by: str
    reason: str
    asked_at: datetime
    approver_id: str | None
    decision: str
    decided_at: datetime | None
    expires_at: datetime | None


@view("workflow", "register_entries")
class RegisterEntryView(View, frozen=True, kw_only=True):
    """Index: (org_id, is_removed, created_at, _id)."""

    id: str
    org_id: str
    kind: str
    text: str
    reason_class: str
    severity: str
    safe_line: str
    cleared_may_say: bool
    expires_at: datetime | None
    is_removed: bool
    created_by: str
    created_at: datetime


@view("workflow", "register_reasons")
class RegisterReasonView(View, frozen=True, kw_only=True):
    """Index: (org_id, cleared_accounts, _id). One per entry, with its id; for cleared eyes only."""

    id: str
    org_id: str
    reason: str
    cleared_ids: list[str]
    cleared_accounts: list[str]
