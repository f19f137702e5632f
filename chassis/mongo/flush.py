"""Writes what a transaction gathered: audit entries, rows of the outbox, timers."""

from __future__ import annotations

from typing import Any

from pymongo import DeleteMany, ReplaceOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.mongo.stamp import Pending, TimerStart, TimerStop
from chassis.tenancy.guard import GuardedDatabase


def flush(database: GuardedDatabase, pending: Pending) -> None:
    """Three bulk writes at most, in the running transaction."""
    if pending.refusal is not None:
        raise pending.refusal
    if pending.audit:
        database["audit_entries"].insert_many(pending.audit)
    if pending.outbox:
        database["outbox"].insert_many(pending.outbox)
    if pending.timers:
        database["timers"].bulk_write([_request(one) for one in pending.timers])


def duplicate_fields(error: Exception) -> tuple[str, ...] | None:
    """The fields of the unique key that was taken; None if the error is another one."""
    if isinstance(error, BulkWriteError):
        found = [one for one in (error.details or {})["writeErrors"] if one["code"] == 11000]
        return _fields(found[0]) if found else None
    if isinstance(error, DuplicateKeyError):
        return _fields(error.details or {})
    return None


def _fields(details: Any) -> tuple[str, ...]:
    return tuple(details.get("keyPattern", {}))


def _request(one: TimerStart | TimerStop) -> Any:
    if isinstance(one, TimerStop):
        return DeleteMany(one.query())
    row = one.row()
    return ReplaceOne({"_id": row["_id"], "org_id": row["org_id"]}, row, upsert=True)
