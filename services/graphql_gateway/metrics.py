"""Metrics of the gateway itself, beside those that the runtime moves for every service."""

from __future__ import annotations

from typing import Final

from chassis.metrics import MetricDef, counter, gauge, histogram

OPERATION_SECONDS: Final = histogram(
    "rostrum_gateway_operation_seconds",
    "Time of a GraphQL operation after authentication. Rises: reads or owners of commands are slow.",
    "kind",
    "outcome",
)
OPERATION_COST: Final = counter(
    "rostrum_gateway_operation_cost_total",
    "Points of the operations that ran. Rises faster than requests: clients ask for more at once.",
    "kind",
)
DOCUMENTS_PARSED: Final = counter(
    "rostrum_gateway_documents_parsed_total",
    "Documents that were not in the cache. Grows with requests: clients build texts in place of using variables.",
)
STREAMS: Final = gauge(
    "rostrum_gateway_streams",
    "Open live streams of this process. Near its limit: start another process of gateway-live.",
)
STREAM_EVENTS: Final = counter(
    "rostrum_gateway_stream_events_total",
    "Events sent to subscribers. Flat while facts are sent: the live readers are stuck.",
    "subscription",
)
STREAM_DROPPED: Final = counter(
    "rostrum_gateway_stream_dropped_total",
    "Events dropped because a subscriber was slow; it was told to read again.",
    "subscription",
)
MEDIA_UPLOADS: Final = counter(
    "rostrum_gateway_media_uploads_total",
    "Files that people sent: new, known or refused. Refused rises: files of a kind or size that nobody takes.",
    "outcome",
)
METRICS: Final[tuple[MetricDef, ...]] = (
    OPERATION_SECONDS,
    OPERATION_COST,
    DOCUMENTS_PARSED,
    STREAMS,
    STREAM_EVENTS,
    STREAM_DROPPED,
    MEDIA_UPLOADS,
)
