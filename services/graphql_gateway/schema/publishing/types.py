"""Types of the area publishing."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.publishing import ChannelPaceView, PublishingStopView
from contracts.views.workflow import AttemptPart, DeliveryView
from contracts.workflow.deliveries import (
    DeliveryAction,
    DeliveryState,
    HeldBy,
    Outcome,
    Purpose,
)
from services.graphql_gateway.execution.bindings import (
    ANYWHERE,
    Argument,
    Embedded,
    Filter,
    GlobalId,
    Kind,
    Match,
    ObjectBinding,
    Ref,
    Refs,
    Scope,
    Stored,
)

ATTEMPT: Final = ObjectBinding(
    "DeliveryAttempt",
    AttemptPart,
    "One try at a delivery.",
    {
        "number": Stored("n", "Counts from 1."),
        "purpose": Stored("purpose", "To send, or to look.", of=Purpose),
        "beganAt": Stored("began_at", "Before the first byte left."),
        "endedAt": Stored("ended_at", "When it ended."),
        "outcome": Stored("outcome", "How it ended.", of=Outcome),
        "httpStatus": Stored("http_status", "What the platform answered."),
        "detail": Stored("detail", "What the platform said."),
        "externalId": Stored("external_id", "The post it made or found."),
    },
)

DELIVERY: Final = ObjectBinding(
    "Delivery",
    DeliveryView,
    "One variant to one channel at one time.",
    {
        "id": GlobalId(),
        "state": Stored("state", "Where it stands.", of=DeliveryState),
        "reason": Stored("reason", "Why, where it needs one."),
        "dueAt": Stored("due_at", "When it is due."),
        "confirmedAt": Stored("confirmed_at", "When the platform had it."),
        "externalId": Stored("external_id", "The platform's id of the post."),
        "url": Stored("url", "Where the post is."),
        "createdAt": Stored("created_at", "When it was planned."),
        "updatedAt": Stored("updated_at", "When it last changed."),
        "action": Stored("action", "Whether it publishes, edits or deletes.", of=DeliveryAction),
        "heldBy": Stored("held_by", "Why it is held, if it is.", of=HeldBy),
        "stop": Ref("stop_id", "PublishingStop", "The stop that holds it."),
        "window": Ref("window_id", "CalendarWindow", "The window of the calendar that holds it."),
        "nextTryAt": Stored("next_try_at", "When it is tried or looked for again."),
        "original": Ref(
            "original_id", "Delivery", "The publication that an edit or deletion changes."
        ),
        "attempts": Embedded("attempts", "DeliveryAttempt", "Every try."),
        "channel": Ref("channel_id", "Channel", "Where it goes."),
        "unit": Ref("unit_id", "Unit", "The unit that says it."),
        "contentItem": Ref("content_id", "ContentItem", "What it carries."),
    },
    permission=Permission.CONTENT_READ,
    scope=Scope(unit="unit_id", channel="channel_id"),
    is_node=True,
    filters={
        "states": Filter("state", Argument(DeliveryState, "In any of these."), Match.ANY_OF),
        "channelId": Filter("channel_id", Argument(Kind.ID, "To this channel.", ref="Channel")),
    },
    sorts={"DUE_AT": "due_at"},
)


STOP: Final = ObjectBinding(
    "PublishingStop",
    PublishingStopView,
    "An order that nothing goes out, but for its exemptions.",
    {
        "id": GlobalId(),
        "isActive": Stored("is_active", "Whether nobody and no time has ended it."),
        "reason": Stored("reason", "Why publishing stopped."),
        "stoppedAt": Stored("stopped_at", "From when on nothing began."),
        "stoppedBy": Ref("stopped_by", "Person", "Who stopped it."),
        "endsAt": Stored("ends_at", "When it ends by itself; null: when somebody resumes."),
        "endedAt": Stored("ended_at", "When it ended."),
        "endedBy": Ref("ended_by", "Person", "Who resumed; null: its time came."),
        "endReason": Stored("end_reason", "Why it ended."),
        "exemptItems": Refs("exempt_content_ids", "ContentItem", "Items that go out.", most=50),
        "exemptChannels": Refs("exempt_channel_ids", "Channel", "Channels that go on.", most=50),
        "exemptUnits": Refs(
            "exempt_unit_ids", "Unit", "Units that go on, with those below them.", most=50
        ),
    },
    permission=Permission.CONTENT_READ,
    scope=ANYWHERE,
    is_node=True,
    filters={"isActive": Filter("is_active", Argument(Kind.TRUTH, "Still in force, or over."))},
    sorts={"STOPPED_AT": "stopped_at"},
)

PACE: Final = ObjectBinding(
    "ChannelPace",
    ChannelPaceView,
    "How fast a channel takes a backlog.",
    {
        "id": GlobalId(),
        "channel": Ref("id", "Channel", "The channel."),
        "perMinute": Stored("per_minute", "Late posts it may take in a minute."),
        "nextFreeAt": Stored("next_free_at", "The first turn that no late post has yet."),
    },
    permission=Permission.CHANNEL_READ,
    scope=ANYWHERE,
    is_node=True,
)

TYPES: Final = [ATTEMPT, DELIVERY, STOP, PACE]
