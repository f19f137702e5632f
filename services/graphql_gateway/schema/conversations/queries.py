"""Root fields of the area conversations."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import ById, FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "conversations": Many(
        "Conversation",
        "The inbox: conversations in sight, latest change first; merged ones only when asked for.",
        order="updated_at",
        is_descending=True,
    ),
    "conversation": ById("Conversation", "One conversation."),
}
