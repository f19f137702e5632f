"""Types of the area channels."""

from __future__ import annotations

from typing import Final

from contracts.ingest import Health
from contracts.permissions import Permission
from contracts.views.workflow import ChannelView, HealthPart
from contracts.workflow.channels import ChannelState, Platform
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

HEALTH: Final = ObjectBinding(
    "ChannelHealth",
    HealthPart,
    "Whether the connection of a channel works.",
    {
        "state": Stored("state", "What it is in.", of=Health),
        "detail": Stored("detail", "What its steward has to do, as a sentence."),
        "since": Stored("since", "Since when."),
        "nextTryAt": Stored("next_try_at", "When the next try is due, if one is."),
    },
)

CHANNEL: Final = ObjectBinding(
    "Channel",
    ChannelView,
    "One official account on one platform.",
    {
        "id": GlobalId(),
        "platform": Stored("platform", "Where it lives.", of=Platform),
        "name": Stored("name", "What people call it.", may_lag=True),
        "handle": Stored("handle", "Its name on the platform.", may_lag=True),
        "baseUrl": Stored("base_url", "The server, or the feed itself."),
        "state": Stored("state", "Where it is in its life.", of=ChannelState),
        "canPublish": Stored("can_publish", "Whether its connection may post."),
        "textLimit": Stored("text_limit", "Longest text in characters, if the platform says."),
        "mediaRules": Embedded("media", "MediaRules", "What a post may carry; null: not told yet."),
        "createdAt": Stored("created_at", "When it was registered."),
        "health": Embedded("health", "ChannelHealth", "Whether its connection works."),
        "unit": Ref("unit_id", "Unit", "The unit that answers for it."),
        "steward": Ref("steward_id", "Person", "The person answerable for it."),
        "deputies": Refs("deputy_ids", "Person", "Who stands in for the steward."),
        "conversations": Many(
            "Conversation",
            "Conversations that take place on it, latest change first.",
            by="channel_id",
            order="updated_at",
            is_descending=True,
        ),
        "importRuns": Many(
            "ImportRun",
            "Archives read into it, newest first.",
            by="channel_id",
            order="started_at",
            is_descending=True,
        ),
    },
    permission=Permission.CHANNEL_READ,
    scope=Scope(unit="unit_id", channel="_id"),
    is_node=True,
    filters={
        "unitId": Filter("unit_id", Argument(Kind.ID, "Of this unit.", ref="Unit")),
        "platforms": Filter("platform", Argument(Platform, "On any of these."), Match.ANY_OF),
        "states": Filter("state", Argument(ChannelState, "In any of these."), Match.ANY_OF),
        "health": Filter("health.state", Argument(Health, "In any of these."), Match.ANY_OF),
        "query": Filter("name", Argument(Kind.TEXT, "Part of the name."), Match.CONTAINS),
    },
    sorts={"NAME": "name"},
)

TYPES: Final = [HEALTH, CHANNEL]
