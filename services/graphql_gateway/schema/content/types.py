"""Types of the area content."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.workflow import (
    ContentItemView,
    ContentVersionView,
)
from contracts.workflow.content import (
    ApprovalKind,
    ContentKind,
    ContentState,
    DebtState,
    Finding,
    Media,
    TopicRisk,
    Variant,
)
from contracts.workflow.content_parts import ProfileChange
from services.graphql_gateway.execution.bindings import (
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

MEDIA: Final = ObjectBinding(
    "ContentMedia",
    Media,
    "One attached file, with the words for those who cannot see or hear it.",
    {
        "hash": Stored("hash", "SHA-256 of its bytes."),
        "contentType": Stored("content_type", "What its bytes are, like image/png."),
        "altText": Stored("alt_text", "What it shows, in words."),
        "captions": Stored("captions", "SHA-256 of its WebVTT captions."),
        "isDecorative": Stored("is_decorative", "Whether it says nothing that the text does not."),
    },
)

VARIANT: Final = ObjectBinding(
    "ContentVariant",
    Variant,
    "The words for one channel.",
    {
        "channel": Ref("channel_id", "Channel", "Where they go."),
        "text": Stored("text", "The words."),
        "media": Embedded("media", "ContentMedia", "What is attached, in order."),
        "profile": Embedded(
            "profile", "ContentProfile", "What the profile shall show, if it is one."
        ),
    },
)

PROFILE: Final = ObjectBinding(
    "ContentProfile",
    ProfileChange,
    "What a channel's profile shall show for a time; what is null stays as it is.",
    {
        "displayName": Stored("display_name", "The name."),
        "bio": Stored("bio", "The words about the account."),
        "avatar": Stored("avatar", "SHA-256 of the picture."),
        "banner": Stored("banner", "SHA-256 of the picture on top."),
        "pinned": Stored("pinned", "The platform's id of a post."),
        "isPinned": Stored("is_pinned", "Whether that post is pinned, or let go."),
    },
)

FINDING: Final = ObjectBinding(
    "ContentFinding",
    Finding,
    "What a check found, with the clause it cites and where.",
    {
        "check": Stored("check", "The check."),
        "severity": Stored("severity", "block, warn or route."),
        "sentence": Stored("sentence", "What is wrong, for people."),
        "channel": Ref("channel_id", "Channel", "In the words for this channel; null: in all."),
        "start": Stored("start", "First character it speaks of."),
        "end": Stored("end", "The character after the last."),
        "evidence": Stored("evidence", "What it found, in its own words."),
        "policy": Ref("policy_id", "Policy", "The policy; null for rules of the house."),
        "policyVersion": Stored("policy_version", "The version of the policy that ran."),
        "clauseId": Stored("clause_id", "The clause; a waiver is asked for by it."),
        "clauseNumber": Stored("clause_number", "Its number, as people cite it."),
        "citation": Stored("citation", "The law, standard or page the clause comes from."),
        "guidance": Stored("guidance", "How to put it right."),
        "waiver": Ref("waiver_id", "Waiver", "The exception that excuses it."),
        "routeSeats": Stored("route_seats", "Seats it adds to the review."),
    },
)

VERSION: Final = ObjectBinding(
    "ContentVersion",
    ContentVersionView,
    "The words as they were frozen when they were submitted; immutable.",
    {
        "id": GlobalId(),
        "number": Stored("n", "Counts from 1."),
        "hash": Stored("hash", "SHA-256 that votes and deliveries are bound to."),
        "frozenAt": Stored("frozen_at", "When."),
        "frozenBy": Ref("frozen_by", "Person", "By whom."),
        "variants": Embedded("variants", "ContentVariant", "The words for each channel."),
        "changes": Embedded(
            "changes", "VariantChange", "Against the version before; empty for the first."
        ),
        "isMachineWritten": Stored("machine_written", "Whether a machine wrote any of it."),
        "contentItem": Ref("content_id", "ContentItem", "The item."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(through=("content_id", "ContentItem")),
    is_node=True,
)

CONTENT_ITEM: Final = ObjectBinding(
    "ContentItem",
    ContentItemView,
    "Something the organization wants to say.",
    {
        "id": GlobalId(),
        "rev": Stored("rev", "Counts its changes; send it back with an edit."),
        "kind": Stored("kind", "A post, or a reply.", of=ContentKind),
        "state": Stored("state", "Where it stands.", of=ContentState),
        "topicRisk": Stored("topic_risk", "How much review its topic needs.", of=TopicRisk),
        "topic": Stored("topic", "What it is about; empty if nobody said."),
        "tags": Stored("tags", "Its tags."),
        "notes": Stored("notes", "Internal notes; never published."),
        "language": Stored("language", "BCP 47 tag; empty if nobody said."),
        "approval": Stored("approval", "By what right it may go out.", of=ApprovalKind),
        "isSampled": Stored("is_sampled", "What the draw said of a trusted item."),
        "debt": Stored("debt", "The review it owes.", of=DebtState),
        "debtDueAt": Stored("debt_due_at", "When that review is due."),
        "validUntil": Stored("valid_until", "How long its approval lasts."),
        "heldFrom": Stored("held_from", "Where an item on hold goes back to.", of=ContentState),
        "emergency": Embedded("emergency", "Emergency", "The break-glass over it."),
        "version": Stored("version", "The number of its latest frozen version."),
        "versionHash": Stored("version_hash", "The words that votes are about."),
        "explanation": Stored("explanation", "Why it takes this route."),
        "dueAt": Stored("due_at", "The instant it goes out."),
        "plannedAt": Stored("planned_at", "The instant proposed for it, until it has a time."),
        "endsAt": Stored("ends_at", "When a change of a profile takes itself back."),
        "series": Ref("series_id", "ContentSeries", "The series that it is an occurrence of."),
        "wallTime": Stored("wall_time", "The local time the person said."),
        "timeZone": Stored("time_zone", "The zone the person said."),
        "isMachineWritten": Stored("machine_written", "Whether a machine wrote the words."),
        "createdAt": Stored("created_at", "When it was drafted."),
        "updatedAt": Stored("updated_at", "When it last changed."),
        "variants": Embedded("variants", "ContentVariant", "The words for each channel."),
        "findings": Embedded("findings", "ContentFinding", "What the checks found."),
        "author": Ref("author_id", "Person", "Who drafted it."),
        "coAuthors": Refs("co_author_ids", "Person", "Who edited it."),
        "unit": Ref("unit_id", "Unit", "The unit that says it."),
        "channels": Refs("channel_ids", "Channel", "Where it goes."),
        "conversation": Ref("conversation_id", "Conversation", "The thread it answers in."),
        "round": Ref("round_id", "ReviewRound", "The review round that is open or was last."),
        "versions": Many("ContentVersion", "Frozen versions.", by="content_id", order="n"),
        "rounds": Many("ReviewRound", "Review rounds, oldest first.", by="content_id"),
        "deliveries": Many("Delivery", "Its deliveries, oldest first.", by="content_id"),
        "corrections": Many("Correction", "What was wrong with it.", by="content_id"),
        "legalHolds": Many(
            "LegalHold",
            "Matters that keep it where it is.",
            by="content_id",
            order="set_at",
            permission=Permission.HOLD_MANAGE,
        ),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(unit="unit_id", channel="channel_ids"),
    is_node=True,
    filters={
        "states": Filter("state", Argument(ContentState, "In any of these."), Match.ANY_OF),
        "kind": Filter("kind", Argument(ContentKind, "Posts or replies.")),
        "debt": Filter("debt", Argument(DebtState, "Whose review is owed, or ended so.")),
        "tag": Filter("tags", Argument(Kind.TEXT, "With this tag.")),
        "unitId": Filter("unit_id", Argument(Kind.ID, "Of this unit.", ref="Unit")),
        "channelId": Filter("channel_ids", Argument(Kind.ID, "For this channel.", ref="Channel")),
        "authorId": Filter("author_id", Argument(Kind.ID, "Drafted by them.", ref="Person")),
    },
    sorts={"UPDATED_AT": "updated_at", "DUE_AT": "due_at"},
)

TYPES: Final = [
    MEDIA,
    PROFILE,
    VARIANT,
    FINDING,
    VERSION,
    CONTENT_ITEM,
]
