"""Types of the area reviews."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.review import (
    DelegationView,
    EmergencyPart,
    ReviewLinkView,
    StagePart,
    VotePart,
)
from contracts.views.workflow import ReviewRoundView
from contracts.workflow.content import RequiredSeat, StageMode, Verdict
from contracts.workflow.content_parts import ChangeKind, TextChange, VariantChange
from contracts.workflow.review import LinkState
from services.graphql_gateway.execution.bindings import (
    ANYWHERE,
    Argument,
    Embedded,
    Filter,
    GlobalId,
    Kind,
    ObjectBinding,
    Ref,
    Refs,
    Scope,
    Stored,
)

VOTE: Final = ObjectBinding(
    "ReviewVote",
    VotePart,
    "What one reviewer said of one version.",
    {
        "reviewer": Ref("reviewer_id", "Person", "Who; null for a guest."),
        "onBehalfOf": Ref("on_behalf_of", "Person", "The reviewer they are the delegate for."),
        "guest": Ref("link_id", "ReviewLink", "The link it came through, if a guest gave it."),
        "guestName": Stored("name", "The guest's name; empty for members."),
        "stage": Stored("stage", "In which stage."),
        "verdict": Stored("verdict", "What.", of=Verdict),
        "versionHash": Stored("version_hash", "About which words."),
        "reason": Stored("reason", "Why."),
        "castAt": Stored("cast_at", "When."),
        "counts": Stored("counts", "Whether it counts: eligible, and not an author."),
    },
)

SEAT: Final = ObjectBinding(
    "ReviewSeat",
    RequiredSeat,
    "A seat that a stage cannot close without.",
    {
        "name": Stored("name", "Which: legal, privacy, accessibility, records."),
        "holders": Refs("reviewer_ids", "Person", "Who may fill it.", most=20),
    },
)

STAGE: Final = ObjectBinding(
    "ReviewStage",
    StagePart,
    "One stage of a review round.",
    {
        "order": Stored("order", "Its place, from 1."),
        "name": Stored("name", "What it is called."),
        "mode": Stored("mode", "How many approvals close it.", of=StageMode),
        "quorum": Stored("quorum", "How many for QUORUM."),
        "reviewers": Refs("reviewer_ids", "Person", "Who may vote.", most=20),
        "added": Refs("added_ids", "Person", "Who may vote since it was late.", most=20),
        "required": Embedded("required", "ReviewSeat", "Seats that each need an approval."),
        "guests": Refs("guest_ids", "ReviewLink", "Guests it waits for besides.", most=10),
        "vacant": Stored("vacant", "Seats whose person left and that nobody took."),
        "reminded": Stored("reminded", "Percent of its time at the last reminder: 0, 50, 100."),
        "state": Stored("state", "Where it stands."),
        "openedAt": Stored("opened_at", "When it opened."),
        "closedAt": Stored("closed_at", "When it closed."),
        "dueAt": Stored("due_at", "When it is due."),
    },
)

ROUND: Final = ObjectBinding(
    "ReviewRound",
    ReviewRoundView,
    "One pass of review over one version.",
    {
        "id": GlobalId(),
        "versionHash": Stored("version_hash", "The words under review."),
        "state": Stored("state", "Where it stands."),
        "explanation": Stored("explanation", "Why this route."),
        "openedAt": Stored("opened_at", "When it opened."),
        "closedAt": Stored("closed_at", "When it ended."),
        "appealOf": Ref("appeal_of", "ReviewRound", "The rejection it judges on appeal."),
        "waitsFor": Refs("waiting_ids", "Person", "Whose votes it waits for.", most=20),
        "stages": Embedded("stages", "ReviewStage", "Its stages in order."),
        "votes": Embedded("votes", "ReviewVote", "All votes, history too."),
        "contentItem": Ref("content_id", "ContentItem", "The item."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(through=("content_id", "ContentItem")),
    is_node=True,
)

TEXT_CHANGE: Final = ObjectBinding(
    "TextChange",
    TextChange,
    "A piece of text that stayed, came or went.",
    {
        "kind": Stored("kind", "What happened to it.", of=ChangeKind),
        "text": Stored("text", "The piece."),
    },
)

VARIANT_CHANGE: Final = ObjectBinding(
    "VariantChange",
    VariantChange,
    "What changed in the words for one channel, word by word.",
    {
        "channel": Ref("channel_id", "Channel", "Where they go."),
        "parts": Embedded("parts", "TextChange", "In reading order."),
    },
)

EMERGENCY: Final = ObjectBinding(
    "Emergency",
    EmergencyPart,
    "Break-glass over one wording.",
    {
        "versionHash": Stored("version_hash", "The words."),
        "people": Refs("person_ids", "Person", "Who of the crisis cell stands for it.", most=2),
        "reason": Stored("reason", "What the emergency was."),
        "at": Stored("at", "When."),
    },
)

DELEGATION: Final = ObjectBinding(
    "Delegation",
    DelegationView,
    "Somebody votes in somebody else's place for a time.",
    {
        "id": GlobalId(),
        "giver": Ref("from_id", "Person", "Whose seats."),
        "delegate": Ref("to_id", "Person", "Who fills them."),
        "unit": Ref("unit_id", "Unit", "On this unit and below; null: not limited to one."),
        "channel": Ref("channel_id", "Channel", "On this channel alone; null: not limited to one."),
        "startsAt": Stored("starts_at", "From when."),
        "endsAt": Stored("ends_at", "Up to when."),
        "isEnded": Stored("is_ended", "Whether it was ended before its time."),
        "createdAt": Stored("created_at", "When it was given."),
    },
    permission=Permission.CONTENT_READ,
    scope=ANYWHERE,
    is_node=True,
    filters={
        "fromId": Filter("from_id", Argument(Kind.ID, "Given by them.", ref="Person")),
        "toId": Filter("to_id", Argument(Kind.ID, "Given to them.", ref="Person")),
    },
    sorts={"ENDS_AT": "ends_at"},
)

LINK: Final = ObjectBinding(
    "ReviewLink",
    ReviewLinkView,
    "A guest's link: one item, one vote, for a time.",
    {
        "id": GlobalId(),
        "name": Stored("name", "Who is asked."),
        "email": Stored("email", "Their address.", permission=Permission.CONTENT_REVIEW),
        "state": Stored("state", "Whether it still opens.", of=LinkState),
        "versionHash": Stored("version_hash", "The words it shows."),
        "createdAt": Stored("created_at", "When it was made."),
        "expiresAt": Stored("expires_at", "Up to when it opens."),
        "issuedBy": Ref("issued_by", "Person", "Who asked."),
        "contentItem": Ref("content_id", "ContentItem", "The item."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(through=("content_id", "ContentItem")),
    is_node=True,
)

TYPES: Final = [
    VOTE,
    SEAT,
    STAGE,
    ROUND,
    TEXT_CHANGE,
    VARIANT_CHANGE,
    EMERGENCY,
    DELEGATION,
    LINK,
]
