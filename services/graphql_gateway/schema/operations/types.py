"""Types of the area operations."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.ingest import ImportRunView, UnreadableView
from services.graphql_gateway.execution.bindings import (
    Argument,
    Filter,
    GlobalId,
    Kind,
    ObjectBinding,
    Ref,
    Scope,
    Stored,
)

_CHANNEL: Final = Filter("channel_id", Argument(Kind.ID, "Of this channel.", ref="Channel"))

IMPORT_RUN: Final = ObjectBinding(
    "ImportRun",
    ImportRunView,
    "One archive that was, or is being, read into a channel.",
    {
        "id": GlobalId(),
        "format": Stored("format", "The shape of the archive."),
        "fileName": Stored("file_name", "The file."),
        "state": Stored("state", "Where it stands."),
        "rowsRead": Stored("rows_read", "Rows read so far."),
        "rowsStored": Stored("rows_stored", "Rows that were new and are kept."),
        "rowsUnreadable": Stored("rows_unreadable", "Rows set aside."),
        "startedAt": Stored("started_at", "When it began."),
        "endedAt": Stored("ended_at", "When it ended."),
        "channel": Ref("channel_id", "Channel", "Where it was read into."),
    },
    permission=Permission.ARCHIVE_IMPORT,
    scope=Scope(channel="channel_id"),
    is_node=True,
    filters={"channelId": _CHANNEL},
    sorts={"STARTED_AT": "started_at"},
)

UNREADABLE: Final = ObjectBinding(
    "UnreadableRow",
    UnreadableView,
    "A row or payload that could not be read; its bytes are kept.",
    {
        "id": GlobalId(),
        "source": Stored("source", "The file or the connection it came from."),
        "position": Stored("position", "Where in the source."),
        "reason": Stored("reason", "Why it could not be read."),
        "excerpt": Stored("excerpt", "Its first 500 bytes as text."),
        "setAsideAt": Stored("set_aside_at", "When."),
        "channel": Ref("channel_id", "Channel", "The channel it was meant for."),
    },
    permission=Permission.OPERATIONS_READ,
    scope=Scope(channel="channel_id"),
    is_node=True,
    filters={"channelId": _CHANNEL},
    sorts={"SET_ASIDE_AT": "set_aside_at"},
)

TYPES: Final = [IMPORT_RUN, UNREADABLE]
