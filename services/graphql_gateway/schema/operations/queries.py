"""Root fields of the area operations."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "importRuns": Many(
        "ImportRun", "Archives read, newest first.", order="started_at", is_descending=True
    ),
    "unreadableRows": Many(
        "UnreadableRow",
        "What could not be read, newest first.",
        order="set_aside_at",
        is_descending=True,
    ),
}
