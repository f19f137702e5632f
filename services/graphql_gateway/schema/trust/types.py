"""Types of the area trust."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission, Role
from contracts.views.trust import (
    LedgerEntryView,
    ReviewSeatView,
    ReviewSettingsView,
    TrustRecordView,
)
from contracts.workflow.content_states import StageMode, TopicRisk
from contracts.workflow.trust import LedgerOutcome, RouteRule, RouteStage, TrustTier
from services.graphql_gateway.domain.red_tape import (
    DecisionPart,
    DecisionsPart,
    RedTapePart,
    WaitPart,
)
from services.graphql_gateway.domain.trust_report import RatePart, TrustReportPart
from services.graphql_gateway.execution.bindings import (
    ANYWHERE,
    Argument,
    Embedded,
    Filter,
    GlobalId,
    Kind,
    Many,
    ObjectBinding,
    Ref,
    Refs,
    Scope,
    Stored,
)

ENTRY: Final = ObjectBinding(
    "TrustEntry",
    LedgerEntryView,
    "One entry of the trust ledger; immutable.",
    {
        "id": GlobalId(),
        "risk": Stored("risk", "The topic risk it counts for.", of=TopicRisk),
        "outcome": Stored(
            "outcome", "Clean, an incident, or out before its review.", of=LedgerOutcome
        ),
        "severity": Stored("severity", "1 (grave) to 3; 0 without an incident."),
        "weight": Stored("weight", "What it weighed on its day; half of it after 180 days."),
        "isSelfReported": Stored("is_self_reported", "Whether its author said so first."),
        "wasReviewed": Stored("was_reviewed", "Whether somebody had read it before it went out."),
        "happenedAt": Stored("happened_at", "When."),
        "person": Ref("person_id", "Person", "Whose record."),
        "channel": Ref("channel_id", "Channel", "Where it was published."),
        "contentItem": Ref("content_id", "ContentItem", "What it is about."),
    },
    permission=Permission.TRUST_READ,
    scope=Scope(unit="unit_id", channel="channel_id", own="account_id"),
    is_node=True,
)

RECORD: Final = ObjectBinding(
    "TrustRecord",
    TrustRecordView,
    "What a person's publications on one channel have earned for one topic risk.",
    {
        "id": GlobalId(),
        "risk": Stored("risk", "The topic risk.", of=TopicRisk),
        "tier": Stored("tier", "The review depth it earns.", of=TrustTier),
        "score": Stored("score", "Lower bound of the share of clean publications, 0 to 1."),
        "cleanCount": Stored("clean_count", "Clean publications of the last 24 months."),
        "incidentCount": Stored("incident_count", "Incidents of the last 24 months."),
        "selfReportedCount": Stored(
            "self_reported_count", "Of them, reported first by the author."
        ),
        "probationUntil": Stored(
            "probation_until", "Full review until then, after a grave incident."
        ),
        "sentence": Stored("sentence", "The record and the next step, in words."),
        "asOf": Stored("as_of", "When it was last looked at; weights fade from week to week."),
        "person": Ref("person_id", "Person", "Whose."),
        "channel": Ref("channel_id", "Channel", "Where; trust never carries to another channel."),
        "entries": Many(
            "TrustEntry",
            "All entries of this person in sight, latest first.",
            by="person_id",
            key="person_id",
            order="happened_at",
            is_descending=True,
        ),
    },
    permission=Permission.TRUST_READ,
    scope=Scope(unit="unit_id", channel="channel_id", own="account_id"),
    is_node=True,
    filters={
        "personId": Filter("person_id", Argument(Kind.ID, "Of this person.", ref="Person")),
        "channelId": Filter("channel_id", Argument(Kind.ID, "On this channel.", ref="Channel")),
    },
)

STAGE: Final = ObjectBinding(
    "RouteStage",
    RouteStage,
    "One stage of a route, without people.",
    {
        "name": Stored("name", "What people call it."),
        "mode": Stored("mode", "How many approvals close it.", of=StageMode),
        "quorum": Stored("quorum", "How many for QUORUM."),
        "role": Stored("role", "Only people who review through this role; null: all.", of=Role),
        "seats": Stored("seats", "Seats that need an approval each."),
        "dueHours": Stored("due_hours", "How long it may wait, in hours."),
    },
)

RULE: Final = ObjectBinding(
    "RouteRule",
    RouteRule,
    "A route, and what it speaks of; every condition that is given must hold.",
    {
        "name": Stored("name", "What people call it."),
        "stages": Embedded("stages", "RouteStage", "Its stages in order."),
        "risks": Stored("risks", "Only for these topic risks; empty: for all.", of=TopicRisk),
        "topics": Stored("topics", "Only for these topics; empty: for all."),
        "channels": Refs("channel_ids", "Channel", "Only for these channels; empty: for all."),
        "units": Refs("unit_ids", "Unit", "Only below these units; empty: everywhere."),
        "minCrisisLevel": Stored(
            "min_crisis_level", "Only while the crisis level is this or more."
        ),
        "isFixed": Stored("is_fixed", "Whether trust leaves it as it is."),
    },
)

SETTINGS: Final = ObjectBinding(
    "ReviewSettings",
    ReviewSettingsView,
    "How the organization reviews.",
    {
        "id": GlobalId(),
        "rules": Embedded("rules", "RouteRule", "Its routes in order; none: the built-in ones."),
        "crisisLevel": Stored(
            "crisis_level", "0 is a normal day; above it nothing goes out unread."
        ),
        "crisisReason": Stored("crisis_reason", "Why the level was last changed."),
        "crisisSince": Stored("crisis_since", "Since when it is above 0."),
        "updatedAt": Stored("updated_at", "When it last changed."),
    },
    permission=Permission.CONTENT_READ,
    scope=ANYWHERE,
    is_node=True,
)

SEAT: Final = ObjectBinding(
    "SeatAssignment",
    ReviewSeatView,
    "As what a person reads: legal, privacy, accessibility, records, or what you call it.",
    {
        "id": GlobalId(),
        "name": Stored("name", "The seat."),
        "startsAt": Stored("starts_at", "Not before; null: from the beginning."),
        "endsAt": Stored("ends_at", "Not from here on; null: open."),
        "isEnded": Stored("is_ended", "Whether it was taken back."),
        "createdAt": Stored("created_at", "When it was given."),
        "person": Ref("person_id", "Person", "Who holds it."),
        "unit": Ref("unit_id", "Unit", "In this unit's subtree; null: everywhere."),
    },
    permission=Permission.PERSON_READ,
    scope=ANYWHERE,
    is_node=True,
    filters={"name": Filter("name", Argument(Kind.TEXT, "Only this seat, in lower case."))},
    sorts={"NAME": "name"},
)

WAIT: Final = ObjectBinding(
    "DecisionWait",
    WaitPart,
    "How long a group of decisions took.",
    {
        "name": Stored("name", "The stage or topic; empty for none, null for other groups."),
        "unit": Ref("unit_id", "Unit", "The unit; null for other groups."),
        "decisions": Stored("decisions", "How many there were."),
        "wait": Embedded("wait", "DurationMeasure", "Null under five: a small group is a person."),
    },
)

RED_TAPE: Final = ObjectBinding(
    "RedTape",
    RedTapePart,
    "How long decisions took, and what ran out of time.",
    {
        "firstDay": Stored("first_day", "First day, included."),
        "lastDay": Stored("last_day", "Last day, included."),
        "total": Embedded("total", "DecisionWait", "Everything together."),
        "byStage": Embedded("by_stage", "DecisionWait", "By the name of the stage."),
        "byTopic": Embedded("by_topic", "DecisionWait", "By the topic of the item."),
        "byUnit": Embedded("by_unit", "DecisionWait", "By unit."),
        "overdue": Stored("overdue", "Stages that closed after their time."),
        "expired": Stored("expired", "Approvals that lapsed while their items waited to go out."),
    },
)

RATE: Final = ObjectBinding(
    "IncidentRate",
    RatePart,
    "Incidents of a kind of publications.",
    {
        "published": Stored("published", "How many went out, counted per channel."),
        "incidents": Stored("incidents", "How many of them went wrong."),
        "incidentRate": Stored("incident_rate", "The share; null where nothing went out."),
    },
)

TRUST_REPORT: Final = ObjectBinding(
    "TrustReport",
    TrustReportPart,
    "Reviewed beside unreviewed publications of a span of days.",
    {
        "firstDay": Stored("first_day", "First day, included."),
        "lastDay": Stored("last_day", "Last day, included."),
        "reviewed": Embedded("reviewed", "IncidentRate", "What somebody read before it went out."),
        "unreviewed": Embedded("unreviewed", "IncidentRate", "What went out first."),
        "medianReviewSeconds": Stored("median_review_seconds", "Median wait of an approval."),
        "reviewMinutesSaved": Stored(
            "review_minutes_saved", "Publications that went out first, times that median; waiting."
        ),
        "sentence": Stored("sentence", "The same in words."),
    },
)

DECISION: Final = ObjectBinding(
    "WaitingDecision",
    DecisionPart,
    "One review that waits on whoever asks.",
    {
        "contentItem": Ref("content_id", "ContentItem", "What to read."),
        "stage": Stored("stage", "The stage's name."),
        "since": Stored("since", "Since when it waits."),
        "dueAt": Stored("due_at", "When it is due."),
        "days": Stored("days", "Whole days it has waited."),
    },
)

DECISIONS: Final = ObjectBinding(
    "DecisionsWaiting",
    DecisionsPart,
    "The reviews that wait on whoever asks.",
    {
        "count": Stored("count", "How many."),
        "oldestSince": Stored("oldest_since", "Since when the oldest waits."),
        "oldestDays": Stored("oldest_days", "Whole days the oldest has waited."),
        "sentence": Stored("sentence", "Like: Three decisions wait on you, the oldest nine days."),
        "decisions": Embedded("decisions", "WaitingDecision", "The oldest fifty."),
    },
)

TYPES: Final = [
    ENTRY,
    RECORD,
    STAGE,
    RULE,
    SETTINGS,
    SEAT,
    WAIT,
    RED_TAPE,
    RATE,
    TRUST_REPORT,
    DECISION,
    DECISIONS,
]
