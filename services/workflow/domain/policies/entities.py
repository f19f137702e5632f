"""Stored state of policies, waivers, the register, and what was seen at links."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Entity
from contracts.workflow.policies import Clause, ReasonClass, RegisterKind, Severity, WaiverState


class Policy(Entity, frozen=True, kw_only=True):
    """A named set of clauses with one owner; ``version`` is the number last published."""

    name: str
    owner_id: str
    version: int
    is_retired: bool
    created_at: datetime
    updated_at: datetime


class PolicyVersion(Entity, frozen=True, kw_only=True):
    """One published wording. Only its end changes: when the next version begins, or the policy ends.

    ``is_over`` is set by a timer after ``ends_at``, so that what is in force is found by equality.
    """

    policy_id: str
    n: int
    name: str
    summary: str
    clauses: tuple[Clause, ...]
    effective_from: datetime
    ends_at: datetime | None
    is_over: bool
    published_by: str | None
    published_at: datetime

    def is_in_force(self, at: datetime) -> bool:
        """Whether its clauses run at this moment."""
        return self.effective_from <= at and (self.ends_at is None or at < self.ends_at)


class Waiver(Entity, frozen=True, kw_only=True):
    """An exception from one clause for one item; ``covers`` is the evidence shown when it was asked.

    Other words that break the same clause are not covered.
    """

    content_id: str
    unit_id: str
    policy_id: str
    clause_id: str
    clause_number: str
    covers: tuple[str, ...]
    state: WaiverState
    asked_by: str
    reason: str
    asked_at: datetime
    approver_id: str | None = None
    decision: str = ""
    decided_at: datetime | None = None
    expires_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it excuses anything at this moment."""
        is_granted = self.state is WaiverState.GRANTED
        return is_granted and self.expires_at is not None and at < self.expires_at


class RegisterEntry(Entity, frozen=True, kw_only=True):
    """What is not to be said; the reason is a document of its own."""

    kind: RegisterKind
    text: str
    reason_class: ReasonClass
    severity: Severity
    safe_line: str
    cleared_ids: tuple[str, ...]
    cleared_may_say: bool
    expires_at: datetime | None
    is_removed: bool
    created_by: str
    created_at: datetime

    def is_in_force(self, at: datetime) -> bool:
        """Whether it forbids anything at this moment."""
        return not self.is_removed and (self.expires_at is None or at < self.expires_at)


class RegisterReason(Entity, frozen=True, kw_only=True):
    """Why an entry exists, for those who are cleared for it and for nobody else."""

    reason: str
    cleared_ids: tuple[str, ...]
    cleared_accounts: tuple[str, ...]


class LinkSeen(Entity, frozen=True, kw_only=True):
    """What was at a link when it was last looked at; ``looked_at`` None: not looked at yet.

    ``asked_at`` is when it was last asked for. ``status`` None: nothing answered, see ``problem``.
    """

    url: str
    asked_at: datetime
    looked_at: datetime | None = None
    status: int | None = None
    final_url: str = ""
    problem: str = ""

    @property
    def is_alive(self) -> bool:
        """Whether a page answered."""
        return self.status is not None and self.status < 400
