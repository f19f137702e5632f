"""Metrics of ingest itself, beside those that the runtime moves for every service."""

from __future__ import annotations

from typing import Final

from chassis.metrics import MetricDef, counter, histogram

POLLS: Final = counter(
    "rostrum_ingest_polls_total",
    "Polls by the health they showed. Flat: the pollers stand still. Other than ok grows: channels fail.",
    "platform",
    "health",
)
POLL_SECONDS: Final = histogram(
    "rostrum_ingest_poll_seconds",
    "Time of one poll with everything it stored. Rises: a platform or the database is slow.",
    "platform",
)
ARRIVALS_STORED: Final = counter(
    "rostrum_ingest_arrivals_stored_total",
    "New messages and revisions. Flat while the public writes: listening is broken.",
    "platform",
)
ARRIVALS_KNOWN: Final = counter(
    "rostrum_ingest_arrivals_known_total",
    "Messages that were seen again and dropped by their key. Grows fast: a cursor does not move.",
    "platform",
)
UNREADABLE: Final = counter(
    "rostrum_ingest_unreadable_total",
    "Rows, payloads and unknown notification types that were set aside. Grows: a platform changed.",
    "source",
)
LINKS_SEEN: Final = counter(
    "rostrum_ingest_links_seen_total",
    "Links that were looked at for checks, by what was there. nothing grows: our way out is broken.",
    "outcome",
)
ATTEMPTS: Final = counter(
    "rostrum_ingest_attempts_total",
    "Recorded tries and read-backs by outcome. unknown grows: answers get lost; look at the platform.",
    "platform",
    "purpose",
    "outcome",
)
NEED_PERSON: Final = counter(
    "rostrum_ingest_deliveries_need_person_total",
    "Deliveries that came to where only a person can tell whether they are public. Any growth: somebody "
    "has to look at the channel.",
    "platform",
)
NOT_GRANTED: Final = counter(
    "rostrum_ingest_not_granted_total",
    "Deliveries that workflow did not let us send, by its reason.",
    "reason",
)
CONNECTOR_BUGS: Final = counter(
    "rostrum_ingest_connector_bugs_total",
    "Times a connector raised what it must not. Any growth is a bug to mend; the channel is failing.",
    "where",
)

METRICS: Final[tuple[MetricDef, ...]] = (
    POLLS,
    POLL_SECONDS,
    ARRIVALS_STORED,
    ARRIVALS_KNOWN,
    UNREADABLE,
    LINKS_SEEN,
    ATTEMPTS,
    NEED_PERSON,
    NOT_GRANTED,
    CONNECTOR_BUGS,
)
