"""Types of the area corrections."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.corrections import (
    CorrectionEntryView,
    CorrectionTargetPart,
    CorrectionTaskView,
    CorrectionView,
    LegalHoldView,
    PropagationPart,
)
from contracts.workflow.corrections import (
    CorrectionKind,
    CorrectionState,
    ErrorClass,
    FoundBy,
    TargetAction,
    TargetOutcome,
    TaskState,
)
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

TARGET: Final = ObjectBinding(
    "CorrectionTarget",
    CorrectionTargetPart,
    "One live post that a correction puts right.",
    {
        "delivery": Ref("delivery_id", "Delivery", "The delivery that made it."),
        "channel": Ref("channel_id", "Channel", "Where it stands."),
        "url": Stored("url", "Where to see it."),
        "liveAt": Stored("live_at", "Since when it is live."),
        "action": Stored("action", "How it is put right; null before a draft.", of=TargetAction),
        "words": Stored("words", "What shall stand there, or what the new post says."),
        "media": Embedded("media", "ContentMedia", "What shall be attached, in order."),
        "was": Stored("was", "What stood there, captured before anything changed."),
        "wasMedia": Embedded("was_media", "ContentMedia", "What was attached, captured too."),
        "capturedAt": Stored("captured_at", "When it was captured."),
        "change": Ref("change_id", "Delivery", "The delivery that changes or answers it."),
        "post": Ref("post_id", "ContentItem", "The new post that answers it, if one does."),
        "outcome": Stored("outcome", "How far it is.", of=TargetOutcome),
        "detail": Stored("detail", "Why it failed, if it did."),
    },
)

PROPAGATION: Final = ObjectBinding(
    "CorrectionPropagation",
    PropagationPart,
    "A unit that passed the wrong words on.",
    {
        "unit": Ref("unit_id", "Unit", "The unit."),
        "task": Ref("task_id", "CorrectionTask", "What it is asked to do."),
        "state": Stored("state", "How far it is.", of=TaskState),
    },
)

CORRECTION: Final = ObjectBinding(
    "Correction",
    CorrectionView,
    "The admission and repair of a mistake in something live.",
    {
        "id": GlobalId(),
        "state": Stored("state", "Where it stands.", of=CorrectionState),
        "kind": Stored("kind", "What is done about it.", of=CorrectionKind),
        "number": Stored("number", "Its place in the public ledger, from its approval on."),
        "contentItem": Ref("content_id", "ContentItem", "What was wrong."),
        "unit": Ref("unit_id", "Unit", "The unit that said it."),
        "targets": Embedded("targets", "CorrectionTarget", "The live posts it puts right."),
        "propagatedTo": Embedded(
            "propagated_to", "CorrectionPropagation", "Units that passed it on."
        ),
        "tasks": Many(
            "CorrectionTask", "What those units are asked.", by="correction_id", order="due_at"
        ),
        "whatWasWrong": Stored("what_was_wrong", "What was wrong."),
        "whatIsRight": Stored("what_is_right", "What is right."),
        "errorClass": Stored("error_class", "What kind of mistake it was.", of=ErrorClass),
        "severity": Stored("severity", "1 (grave) to 3 (slight); 0: nobody's slip."),
        "reachEstimate": Stored("reach_estimate", "How many people may have read it."),
        "isSelfReported": Stored("is_self_reported", "Whether its author said so first."),
        "foundBy": Stored("found_by", "Who noticed.", of=FoundBy),
        "foundAt": Stored("found_at", "When it was noticed."),
        "liveAt": Stored("live_at", "Since when it was live."),
        "reportedAt": Stored("reported_at", "When it was reported."),
        "reportedBy": Ref("reported_by", "Person", "Who reported it."),
        "assessedBy": Ref("assessed_by", "Person", "Who assessed it."),
        "draftedBy": Ref("drafted_by", "Person", "Who wrote the draft."),
        "draftHash": Stored("draft_hash", "Names the draft; an approval has to repeat it."),
        "approvedBy": Ref("approved_by", "Person", "Who approved it."),
        "approvedAt": Stored("approved_at", "When it was approved."),
        "appliedAt": Stored("applied_at", "When the last of its changes had ended."),
        "closedAt": Stored("closed_at", "When it was closed or dismissed."),
        "reason": Stored("reason", "Why it was dismissed, or its draft sent back."),
        "lesson": Stored("lesson", "What was learned."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(unit="unit_id"),
    is_node=True,
    filters={
        "states": Filter("state", Argument(CorrectionState, "In any of these."), Match.ANY_OF),
        "contentId": Filter("content_id", Argument(Kind.ID, "Of this item.", ref="ContentItem")),
    },
    sorts={"REPORTED_AT": "reported_at"},
)

TASK: Final = ObjectBinding(
    "CorrectionTask",
    CorrectionTaskView,
    "A unit passed wrong words on and is asked to put that right.",
    {
        "id": GlobalId(),
        "state": Stored("state", "How far it is.", of=TaskState),
        "why": Stored("why", "How we know that it passed them on."),
        "dueAt": Stored("due_at", "When it is due."),
        "createdAt": Stored("created_at", "When it was set."),
        "settledAt": Stored("settled_at", "When it was done or declined."),
        "reason": Stored("reason", "Why it was declined, or what was done."),
        "unit": Ref("unit_id", "Unit", "The unit."),
        "contentItems": Refs("content_ids", "ContentItem", "What of it is out.", most=50),
        "settledBy": Ref("settled_by", "Person", "Who settled it."),
        "correction": Ref("correction_id", "Correction", "The correction, for who may read it."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(unit="unit_id"),
    is_node=True,
    filters={"states": Filter("state", Argument(TaskState, "In any of these."), Match.ANY_OF)},
    sorts={"DUE_AT": "due_at"},
)

ENTRY: Final = ObjectBinding(
    "CorrectionEntry",
    CorrectionEntryView,
    "One link of the chain: a correction as it stood.",
    {
        "id": GlobalId(),
        "number": Stored("n", "Its place, from 1."),
        "at": Stored("at", "When it was linked."),
        "publicJson": Stored("public_json", "What the public may read of it, as JSON; or null."),
        "privateHash": Stored("private_hash", "SHA-256 of the part that stays inside."),
        "previousHash": Stored("previous_hash", "The hash of the link before."),
        "hash": Stored("hash", "Its own hash."),
        "correction": Ref("correction_id", "Correction", "The correction as it is now."),
    },
    permission=Permission.CORRECTION_MANAGE,
    is_node=True,
)

HOLD: Final = ObjectBinding(
    "LegalHold",
    LegalHoldView,
    "A matter for which what an item said stays where it is.",
    {
        "id": GlobalId(),
        "matter": Stored("matter", "The matter."),
        "reason": Stored("reason", "Why."),
        "setAt": Stored("set_at", "Since when."),
        "setBy": Ref("set_by", "Person", "Who set it."),
        "isLifted": Stored("is_lifted", "Whether it is over."),
        "liftedAt": Stored("lifted_at", "When it was lifted."),
        "liftedBy": Ref("lifted_by", "Person", "Who lifted it."),
        "liftReason": Stored("lift_reason", "Why it was lifted."),
        "contentItem": Ref("content_id", "ContentItem", "The item."),
    },
    permission=Permission.HOLD_MANAGE,
    scope=Scope(unit="unit_id"),
    is_node=True,
    filters={
        "contentId": Filter("content_id", Argument(Kind.ID, "On this item.", ref="ContentItem")),
    },
    sorts={"SET_AT": "set_at"},
)

TYPES: Final = [TARGET, PROPAGATION, CORRECTION, TASK, ENTRY, HOLD]
