"""Types of the area operations."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.flow import DeadLetterView
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

DEAD_LETTER: Final = ObjectBinding(
    "DeadLetter",
    DeadLetterView,
    "A fact that a service could not handle; it waits with its bytes until it is sent again.",
    {
        "key": Stored("_id", "What `rostrum redrive` calls it."),
        "group": Stored("group", "The consumer group that set it aside."),
        "type": Stored("type", "The type of the fact, if it could be read."),
        "aggregateId": Stored("aggregate_id", "What it is about; later facts about it wait."),
        "reason": Stored("reason", "What kind of trouble."),
        "error": Stored("error", "What happened."),
        "size": Stored("size", "Bytes of its body."),
        "topic": Stored("topic", "The topic it came on."),
        "partition": Stored("partition", "The partition."),
        "offset": Stored(
            "offset", "The place in the partition; a text, it may be long.", of=Kind.TEXT
        ),
        "setAsideAt": Stored("set_aside_at", "When."),
    },
    permission=Permission.OPERATIONS_READ,
)

TYPES: Final = [IMPORT_RUN, UNREADABLE, DEAD_LETTER]
