"""Root fields of the area keys."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "apiKeys": Many(
        "ApiKey",
        "Your API keys, newest first; all of them for who manages keys.",
        order="created_at",
        is_descending=True,
    ),
    "sessions": Many(
        "Session",
        "Your sessions, newest first; all of them for who manages people.",
        order="created_at",
        is_descending=True,
    ),
}
