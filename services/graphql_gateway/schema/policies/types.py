"""Types of the area policies."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.policies import (
    PolicyVersionView,
    PolicyView,
    RegisterEntryView,
    RegisterReasonView,
    WaiverView,
)
from contracts.workflow.content import ContentKind
from contracts.workflow.policies import (
    CheckSpec,
    Clause,
    DraftJudged,
    Param,
    ReasonClass,
    RegisterKind,
    Severity,
    WaiverState,
)
from services.graphql_gateway.execution.bindings import (
    ANYWHERE,
    Argument,
    Embedded,
    Filter,
    GlobalId,
    Kind,
    Many,
    Match,
    ObjectBinding,
    Ref,
    Refs,
    Scope,
    Stored,
)

PARAM: Final = ObjectBinding(
    "CheckParam",
    Param,
    "One setting of a check.",
    {
        "name": Stored("name", "Its name."),
        "value": Stored("value", "Its value; a list has one entry per line."),
    },
)

CHECK: Final = ObjectBinding(
    "ClauseCheck",
    CheckSpec,
    "The check that a clause runs.",
    {
        "kind": Stored("kind", "Its name on the shelf."),
        "params": Embedded("params", "CheckParam", "How it is set."),
    },
)

CLAUSE: Final = ObjectBinding(
    "PolicyClause",
    Clause,
    "A numbered sentence of a policy. Without a check it is judgement only.",
    {
        "clauseId": Stored("id", "Stays the same over the versions of its policy."),
        "number": Stored("number", "Its number, as people cite it."),
        "text": Stored("text", "The sentence."),
        "citation": Stored("citation", "The law, standard or page it comes from."),
        "guidance": Stored("guidance", "How to comply."),
        "severity": Stored("severity", "What a finding does.", of=Severity),
        "check": Embedded("check", "ClauseCheck", "What runs; null: judgement only."),
        "owner": Ref("owner_id", "Person", "Who answers for it; null: the policy's owner."),
        "channels": Refs("channel_ids", "Channel", "Only there; empty: everywhere."),
        "units": Refs("unit_ids", "Unit", "Only there and below; empty: everywhere."),
        "kinds": Stored("kinds", "Only these kinds of content; empty: all.", of=ContentKind),
        "routeSeats": Stored("route_seats", "Seats that a finding adds to the review."),
        "effectiveFrom": Stored("effective_from", "Not before; null: with its version."),
        "effectiveTo": Stored("effective_to", "Not from here on; null: with its version."),
    },
)

POLICY: Final = ObjectBinding(
    "Policy",
    PolicyView,
    "A named set of clauses with one owner.",
    {
        "id": GlobalId(),
        "name": Stored("name", "Its name."),
        "version": Stored("version", "The number of the version last published."),
        "isRetired": Stored("is_retired", "Whether nothing of it is in force any more."),
        "createdAt": Stored("created_at", "When its first version was published."),
        "updatedAt": Stored("updated_at", "When it last changed."),
        "owner": Ref("owner_id", "Person", "Who answers for it."),
        "versions": Many("PolicyVersion", "Its versions, oldest first.", by="policy_id", order="n"),
    },
    permission=Permission.POLICY_READ,
    scope=ANYWHERE,
    is_node=True,
    sorts={"NAME": "name"},
)

VERSION: Final = ObjectBinding(
    "PolicyVersion",
    PolicyVersionView,
    "One published wording of a policy; its words never change.",
    {
        "id": GlobalId(),
        "number": Stored("n", "Counts from 1."),
        "name": Stored("name", "What the policy was called."),
        "summary": Stored("summary", "What changed."),
        "clauses": Embedded("clauses", "PolicyClause", "Its clauses in order."),
        "effectiveFrom": Stored("effective_from", "In force from here."),
        "endsAt": Stored("ends_at", "In force until here; null: open."),
        "isOver": Stored("is_over", "Whether it was in force and is not any more."),
        "publishedAt": Stored("published_at", "When it was published."),
        "publishedBy": Ref("published_by", "Person", "By whom."),
        "policy": Ref("policy_id", "Policy", "The policy."),
    },
    permission=Permission.POLICY_READ,
    scope=ANYWHERE,
    is_node=True,
)

WAIVER: Final = ObjectBinding(
    "Waiver",
    WaiverView,
    "An exception from one clause for one item; covers the words it was asked for.",
    {
        "id": GlobalId(),
        "state": Stored("state", "Where it stands.", of=WaiverState),
        "clauseId": Stored("clause_id", "The clause."),
        "clauseNumber": Stored("clause_number", "Its number."),
        "reason": Stored("reason", "Why it was asked for."),
        "askedAt": Stored("asked_at", "When."),
        "decision": Stored("decision", "What the approver said."),
        "decidedAt": Stored("decided_at", "When it was decided."),
        "expiresAt": Stored("expires_at", "When it stops to excuse."),
        "policy": Ref("policy_id", "Policy", "The policy of the clause."),
        "contentItem": Ref("content_id", "ContentItem", "The item."),
        "askedBy": Ref("asked_by", "Person", "Who asked."),
        "approver": Ref("approver_id", "Person", "Who decided."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(unit="unit_id"),
    is_node=True,
    filters={
        "states": Filter("state", Argument(WaiverState, "In any of these."), Match.ANY_OF),
        "contentId": Filter("content_id", Argument(Kind.ID, "For this item.", ref="ContentItem")),
    },
    sorts={"ASKED_AT": "asked_at"},
)

REASON: Final = ObjectBinding(
    "RegisterReason",
    RegisterReasonView,
    "Why something is not to be said: for the people it names, and for nobody else.",
    {
        "id": GlobalId(),
        "reason": Stored("reason", "Why."),
        "cleared": Refs("cleared_ids", "Person", "Who may read this.", most=50),
    },
    permission=Permission.REGISTER_CLEARED,
    scope=Scope(own="cleared_accounts"),
    is_node=True,
)

ENTRY: Final = ObjectBinding(
    "RegisterEntry",
    RegisterEntryView,
    "Something that is not to be said.",
    {
        "id": GlobalId(),
        "kind": Stored("kind", "A term, or a pattern.", of=RegisterKind),
        "text": Stored("text", "The term or pattern."),
        "reasonClass": Stored("reason_class", "Why, as far as all may know.", of=ReasonClass),
        "severity": Stored("severity", "What a finding does.", of=Severity),
        "safeLine": Stored("safe_line", "What to say instead."),
        "clearedMaySay": Stored("cleared_may_say", "Whether cleared people may say it."),
        "expiresAt": Stored("expires_at", "When it ends; null: open."),
        "isRemoved": Stored("is_removed", "Whether it was removed."),
        "createdAt": Stored("created_at", "When it was added."),
        "createdBy": Ref("created_by", "Person", "By whom."),
        "why": Ref("_id", "RegisterReason", "The reason; null for who is not cleared for it."),
    },
    permission=Permission.REGISTER_READ,
    scope=Scope(),
    is_node=True,
    filters={
        "isRemoved": Filter("is_removed", Argument(Kind.TRUTH, "Removed ones, or those in force.")),
    },
    sorts={"CREATED_AT": "created_at"},
    hidden={"is_removed": False},
)

JUDGED: Final = ObjectBinding(
    "DraftJudgement",
    DraftJudged,
    "What the clauses say of words that nobody saved.",
    {
        "findings": Embedded("findings", "ContentFinding", "What they find, with the guidance."),
        "pending": Stored("pending", "Links that are being looked at; ask again in a moment."),
        "isBlocked": Stored("is_blocked", "Whether a clause would stop it."),
    },
)

TYPES: Final = [
    PARAM,
    CHECK,
    CLAUSE,
    POLICY,
    VERSION,
    WAIVER,
    REASON,
    ENTRY,
    JUDGED,
]
