"""Subscriptions: what a fact becomes for one subscriber."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

import msgspec

from services.graphql_gateway.execution.bindings import ObjectBinding, Ref, Row, Stored, Stream

RESYNC: Final = "Resync"
"""Said in place of a fact's name when some were dropped: read again what you show."""


class EventPart(msgspec.Struct):
    """What the engine makes of a fact before anything is read."""

    object_id: str | None
    change: str


def event_name(subscription: str) -> str:
    """``conversationChanged`` as ``ConversationChanged``."""
    return f"{subscription[0].upper()}{subscription[1:]}"


def event_types(subscriptions: ObjectBinding) -> Iterable[ObjectBinding]:
    """The event type of every subscription."""
    for name, binding in subscriptions.fields.items():
        stream = cast("Stream", binding)
        yield ObjectBinding(
            event_name(name),
            EventPart,
            f"One event of {name}.",
            {
                stream.returns: Ref(
                    "object_id", stream.type, f"The {stream.type} as it is now; null on Resync."
                ),
                "change": Stored("change", "The fact's name, such as `ContentSubmitted`."),
            },
        )


def event(object_id: str | None, change: str) -> Row:
    """The row of an event."""
    return {"object_id": object_id, "change": change}
