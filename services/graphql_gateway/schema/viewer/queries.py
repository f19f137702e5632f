"""Root fields of the area viewer, and Relay's node."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.bindings import FieldBinding, FromViewer, NodeById, Row


def _viewer(viewer: Viewer) -> Row:
    return {
        "kind": viewer.actor.kind.value,
        "person_id": viewer.actor.person_id,
        "org_id": viewer.org_id,
        "permissions": [each.value for each in viewer.permissions],
    }


QUERIES: Final[dict[str, FieldBinding]] = {
    "viewer": FromViewer("Viewer", _viewer, "Who asks, and what they may."),
    "node": NodeById("Any object by its global id; null if it is out of sight."),
    "nodes": NodeById("Objects by their global ids, in that order.", is_list=True),
}
