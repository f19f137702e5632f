"""Root fields of the area channels."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import ById, FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "channels": Many("Channel", "The channels in sight, by name.", order="name"),
    "channel": ById("Channel", "One channel."),
}
