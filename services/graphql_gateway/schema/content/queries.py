"""Root fields of the area content."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import ById, FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "contentItems": Many(
        "ContentItem",
        "Content in sight, latest change first.",
        order="updated_at",
        is_descending=True,
    ),
    "contentItem": ById("ContentItem", "One content item."),
}
