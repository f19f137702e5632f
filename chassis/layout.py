"""The collections that every service has, with their indexes.

An index that serves a request starts with ``org_id``; one that serves a crossing starts with
``slot``, so that sixteen short scans merge into one order (rule 11).
"""

from __future__ import annotations

from typing import Final

from pymongo import ASCENDING, IndexModel

IDEMPOTENCY_SECONDS: Final = 48 * 3600

STANDARD: Final[dict[str, tuple[IndexModel, ...]]] = {
    "outbox": (
        IndexModel(
            [("org_id", 1), ("topic", 1), ("aggregate_id", 1), ("sequence", 1)],
            name="place",
            unique=True,
        ),
        IndexModel(
            [("slot", 1), ("created_at", 1), ("_id", 1)],
            name="unsent",
            partialFilterExpression={"sent_at": None},
        ),
    ),
    "applied": (),
    "parked": (
        IndexModel(
            [("org_id", 1), ("group", 1), ("aggregate_id", 1), ("sequence", 1)], name="line"
        ),
        IndexModel([("group", 1), ("state", 1), ("parked_at", 1)], name="gaps"),
    ),
    "dead_letters": (
        IndexModel([("org_id", 1), ("_id", 1)], name="org"),
        IndexModel([("group", 1), ("state", 1), ("_id", 1)], name="waiting"),
    ),
    "damaged": (IndexModel([("org_id", ASCENDING)], name="org"),),
    "idempotency": (
        IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=IDEMPOTENCY_SECONDS),
    ),
    "timers": (
        IndexModel([("slot", 1), ("due_at", 1), ("_id", 1)], name="due"),
        IndexModel([("org_id", 1), ("subject_id", 1)], name="subject"),
    ),
    "audit_entries": (
        IndexModel(
            [("slot", 1), ("at", 1), ("_id", 1)],
            name="unsealed",
            partialFilterExpression={"sealed": False},
        ),
    ),
    "audit_chain": (
        IndexModel([("org_id", 1), ("number", 1)], name="line", unique=True),
        IndexModel([("sealed_at", ASCENDING)], name="sealed"),
    ),
    "audit_roots": (),
    "leases": (),
    "progress": (),
    "prepared": (),
}
"""Collection -> indexes; made before any process starts, because none is made in a transaction."""
