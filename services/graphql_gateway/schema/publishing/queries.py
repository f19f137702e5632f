"""Root fields of the area publishing."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import ById, FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "deliveries": Many(
        "Delivery", "Deliveries in sight, latest due first.", order="due_at", is_descending=True
    ),
    "delivery": ById("Delivery", "One delivery."),
    "publishingStops": Many(
        "PublishingStop",
        "Stops of all publishing, the latest first.",
        order="stopped_at",
        is_descending=True,
    ),
    "channelPaces": Many("ChannelPace", "Rates of channels that were set or used."),
}
