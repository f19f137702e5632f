"""The envelope of a fact: CloudEvents 1.0 in Kafka binary mode.

Source: CloudEvents Kafka protocol binding 1.0.2, section 3.2 (attributes are ``ce_`` headers, the
body is the data). ``orgid``, ``sequence`` and ``oldestunsent`` are extension attributes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import msgspec

SPEC_VERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/json"


class Unaddressed(ValueError):  # noqa: N818
    """The headers do not carry an envelope; the message has to be set aside."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Who said what about which aggregate of which organization, and where it stands in line.

    ``sequence`` is gapless per aggregate and starts at 1. ``oldest_unsent`` is the creation time of
    the relay's oldest unsent fact when this one was sent (rule 5).
    """

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    org_id: str
    sequence: int
    traceparent: str | None = None
    oldest_unsent: datetime | None = None


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds, e.g. ``2026-03-01T09:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def key_of(org_id: str, aggregate_id: str) -> bytes:
    """The Kafka key: all facts of one aggregate share a partition."""
    return f"{org_id}/{aggregate_id}".encode()


def to_headers(item: Envelope) -> list[tuple[str, bytes]]:
    """Kafka headers of an envelope."""
    pairs = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": item.id,
        "ce_type": item.type,
        "ce_source": item.source,
        "ce_subject": item.subject,
        "ce_time": rfc3339(item.time),
        "ce_orgid": item.org_id,
        "ce_sequence": str(item.sequence),
        "content-type": CONTENT_TYPE,
    }
    if item.traceparent:
        pairs["traceparent"] = item.traceparent
    if item.oldest_unsent:
        pairs["ce_oldestunsent"] = rfc3339(item.oldest_unsent)
    return [(name, value.encode()) for name, value in pairs.items()]


def from_headers(headers: Iterable[tuple[str, bytes]]) -> Envelope:
    """The envelope of a message; raises Unaddressed with what is missing or wrong."""
    try:
        found = {name: value.decode() for name, value in headers}
        oldest = found.get("ce_oldestunsent")
        return Envelope(
            id=found["ce_id"],
            type=found["ce_type"],
            source=found["ce_source"],
            subject=found["ce_subject"],
            time=datetime.fromisoformat(found["ce_time"]),
            org_id=found["ce_orgid"],
            sequence=int(found["ce_sequence"]),
            traceparent=found.get("traceparent"),
            oldest_unsent=datetime.fromisoformat(oldest) if oldest else None,
        )
    except KeyError as missing:
        raise Unaddressed(f"header {missing.args[0]} is missing") from missing
    except (ValueError, AttributeError) as wrong:
        raise Unaddressed(f"a header cannot be read: {wrong}") from wrong
