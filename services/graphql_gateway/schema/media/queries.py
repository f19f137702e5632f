"""Root fields of the area media."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "mediaFiles": Many(
        "MediaFile",
        "Files that may be attached, latest first.",
        order="added_at",
        is_descending=True,
    ),
}
