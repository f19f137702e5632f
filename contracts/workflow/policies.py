"""Policies with clauses that run, waivers, the register of what not to say, and fetched evidence.

A policy is published in versions that never change; each is in force from ``effective_from`` until
the next one begins. The words behind a register entry (its reason) never travel in a fact.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from contracts.commands import Answer, Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic
from contracts.workflow.content import ContentKind, Finding, TopicRisk, Variant


class Severity(StrEnum):
    """What a finding does: stop the item, tell its author, or add seats to its review."""

    BLOCK = "block"
    WARN = "warn"
    ROUTE = "route"


class Param(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of a check; a list is written with one entry per line."""

    name: str
    value: str


class CheckSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Which check of the shelf a clause runs, and with which settings."""

    kind: str
    params: tuple[Param, ...] = ()


class ClauseDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A clause as it is published. Without a check it is judgement only: people apply it.

    ``citation`` names the law, standard or page it comes from; ``guidance`` says how to comply.
    Channels, units (with everything below them) and kinds narrow it; empty means all.
    ``route_seats`` are the seats a finding of severity route adds (legal, privacy ...).
    """

    number: str
    text: str
    citation: str = ""
    guidance: str = ""
    severity: Severity = Severity.WARN
    check: CheckSpec | None = None
    owner_id: str | None = None
    channel_ids: tuple[str, ...] = ()
    unit_ids: tuple[str, ...] = ()
    kinds: tuple[ContentKind, ...] = ()
    route_seats: tuple[str, ...] = ()
    effective_from: datetime | None = None
    effective_to: datetime | None = None


class Clause(ClauseDraft, frozen=True, kw_only=True):
    """A published clause; ``id`` stays the same over the versions of its policy."""

    id: str


class RegisterKind(StrEnum):
    """How an entry of the register is written."""

    TERM = "term"
    PATTERN = "pattern"


class ReasonClass(StrEnum):
    """Why something is not to be said, as far as everybody may know."""

    EMBARGO = "embargo"
    LEGAL = "legal"
    PRIVACY = "privacy"
    SECURITY = "security"
    SENSITIVE = "sensitive"
    ACCURACY = "accuracy"


class WaiverState(StrEnum):
    """A waiver is asked for, then granted or refused by somebody else, and may be ended early."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


@fact(Topic.POLICIES)
class PolicyPublished(Fact, frozen=True, kw_only=True):
    """A version of a policy was published. Aggregate: the policy."""

    policy_id: str
    name: str
    version: int
    owner_id: str
    effective_from: datetime
    effective_to: datetime | None
    clauses: tuple[Clause, ...]
    published_by: str | None
    summary: str = ""


@fact(Topic.POLICIES)
class PolicyRetired(Fact, frozen=True, kw_only=True):
    """Nothing of the policy is in force any more. Aggregate: the policy."""

    policy_id: str
    reason: str


@fact(Topic.POLICIES)
class WaiverAsked(Fact, frozen=True, kw_only=True):
    """An author asks for an exception from one clause. Aggregate: the waiver."""

    waiver_id: str
    content_id: str
    clause_id: str
    asked_by: str
    reason: str


@fact(Topic.POLICIES)
class WaiverDecided(Fact, frozen=True, kw_only=True):
    """Somebody else granted, refused or ended it. Aggregate: the waiver."""

    waiver_id: str
    content_id: str
    clause_id: str
    state: WaiverState
    approver_id: str
    reason: str
    expires_at: datetime | None


@fact(Topic.POLICIES)
class RegisterChanged(Fact, frozen=True, kw_only=True):
    """An entry was added or removed; neither its words nor its reason. Aggregate: the entry."""

    entry_id: str
    reason_class: ReasonClass
    severity: Severity
    expires_at: datetime | None
    is_removed: bool


@fact(Topic.POLICIES)
class EvidenceWanted(Fact, frozen=True, kw_only=True):
    """A check needs to know whether a link answers; ingest fetches it. Aggregate: the link."""

    evidence_id: str
    url: str
    asked_at: datetime


class PolicyAnswer(Answer, frozen=True, kw_only=True):
    """The policy and the number of the version just published."""

    policy_id: str
    rev: int
    version: int


@command("workflow", Permission.POLICY_MANAGE, PolicyAnswer)
class PublishPolicy(Command, frozen=True, kw_only=True):
    """Publish a new policy, or the next version of one (``policy_id``).

    Refuses BadClause, BadExpression and BadPattern with the field of the clause at fault.
    ``effective_from`` is now if left out; a time in the past is refused.
    """

    name: str
    clauses: tuple[ClauseDraft, ...]
    policy_id: str | None = None
    owner_id: str | None = None
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    summary: str = ""


@command("workflow", Permission.POLICY_MANAGE, PolicyAnswer)
class RetirePolicy(Command, frozen=True, kw_only=True):
    """End a policy now."""

    policy_id: str
    reason: str


@command("workflow", Permission.CONTENT_WRITE)
class AskWaiver(Command, frozen=True, kw_only=True):
    """Ask for an exception from a clause that stops an item; covers what it finds there now."""

    content_id: str
    clause_id: str
    reason: str


@command("workflow", Permission.POLICY_WAIVE)
class GrantWaiver(Command, frozen=True, kw_only=True):
    """Grant it until ``expires_at``; refused with OwnWords to author and co-authors."""

    waiver_id: str
    expires_at: datetime
    reason: str = ""


@command("workflow", Permission.POLICY_WAIVE)
class RefuseWaiver(Command, frozen=True, kw_only=True):
    """Refuse it, or end one that was granted; says why."""

    waiver_id: str
    reason: str


@command("workflow", Permission.REGISTER_MANAGE)
class AddRegisterEntry(Command, frozen=True, kw_only=True):
    """Say what is not to be said: a term, or a regular expression over normalized text.

    ``reason`` is read by ``cleared_ids`` and by who adds it, by nobody else. ``safe_line`` is what to
    say instead. Cleared people may say it themselves if ``cleared_may_say``.
    """

    text: str
    reason: str
    reason_class: ReasonClass
    kind: RegisterKind = RegisterKind.TERM
    safe_line: str = ""
    severity: Severity = Severity.BLOCK
    cleared_ids: tuple[str, ...] = ()
    cleared_may_say: bool = False
    expires_at: datetime | None = None


@command("workflow", Permission.REGISTER_MANAGE)
class RemoveRegisterEntry(Command, frozen=True, kw_only=True):
    """From now on it may be said; the entry is kept as a record."""

    entry_id: str
    reason: str


class DraftJudged(Answer, frozen=True, kw_only=True):
    """What the clauses say of words that nobody saved; ``pending`` links are being looked at."""

    id: str
    findings: tuple[Finding, ...]
    pending: tuple[str, ...]
    is_blocked: bool


@command("workflow", Permission.CONTENT_WRITE, DraftJudged, is_question=True)
class JudgeDraft(Command, frozen=True, kw_only=True):
    """Run every clause over unsaved words. Writes nothing about them; unknown links are asked for.

    ``content_id`` names the item that is being edited, so that it is not compared with itself.
    """

    unit_id: str
    variants: tuple[Variant, ...]
    content_id: str | None = None
    topic_risk: TopicRisk = TopicRisk.R2
    kind: ContentKind = ContentKind.POST
    topic: str = ""
    tags: tuple[str, ...] = ()
    machine_written: bool = False


@command("workflow", None)
class RecordEvidence(Command, frozen=True, kw_only=True):
    """What ingest saw at a link. ``status`` is None if nothing answered; ``problem`` says why."""

    evidence_id: str
    url: str
    status: int | None
    final_url: str
    problem: str
    looked_at: datetime
