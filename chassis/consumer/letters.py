"""How a record is kept: parked, or set aside as a dead letter with everything it had."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from chassis.broker.ports import Record
from chassis.consumer.line import Letter
from chassis.consumer.reading import Read

Row = dict[str, Any]

PART: Final = 8_000_000
"""Bytes of a body per document; MongoDB takes 16 MB, and the rest of a letter needs room too."""
UNKNOWN: Final = "-"
"""Organization of a letter whose headers and key name none."""


def stored_record(record: Record) -> Row:
    """As fields of a document."""
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": record.key,
        "headers": [[name, value] for name, value in record.headers],
        "timestamp": record.timestamp,
        "body": record.value,
    }


def record_of(row: Row) -> Record:
    """The reverse of ``stored_record``."""
    return Record(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=row["key"],
        headers=tuple((name, bytes(value)) for name, value in row["headers"]),
        timestamp=row["timestamp"],
        value=bytes(row["body"]),
    )


def place_id(group: str, item: Read) -> str:
    """The same fact has the same id however often it comes; without an envelope its bytes count."""
    if item.envelope:
        org_id, aggregate_id = item.line
        return f"{group}|{org_id}|{aggregate_id}|{item.sequence}"
    found = hashlib.sha256(item.record.value)
    for name, value in item.record.headers:
        found.update(name.encode() + b"\0" + (value or b"") + b"\0")
    return f"{group}|{found.hexdigest()[:32]}"


def org_of(item: Read) -> str:
    """From the envelope, else from the key."""
    if item.envelope:
        return item.envelope.org_id
    key = (item.record.key or b"").decode(errors="replace")
    return key.partition("/")[0] or UNKNOWN


def letter_rows(group: str, letter: Letter) -> Iterator[Row]:
    """The letter, and further documents for the rest of a body that is too long for one."""
    item, ident = letter.read, place_id(group, letter.read)
    stored = stored_record(item.record)
    body = stored.pop("body")
    parts = [body[at : at + PART] for at in range(0, len(body), PART)] or [b""]
    yield {
        "_id": ident,
        "group": group,
        "org_id": org_of(item),
        "aggregate_id": item.envelope.subject if item.envelope else None,
        "sequence": item.sequence,
        "type": item.envelope.type if item.envelope else None,
        "fact_id": item.envelope.id if item.envelope else None,
        "reason": letter.reason.value,
        "error": letter.error[:2_000],
        "size": len(body),
        "parts": len(parts),
        "body": parts[0],
        **stored,
    }
    for number, part in enumerate(parts[1:], start=1):
        yield {"_id": f"{ident}#{number}", "org_id": org_of(item), "part_of": ident, "body": part}
