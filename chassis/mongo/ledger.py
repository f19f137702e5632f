"""Idempotency records and timers in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError, OperationFailure

from chassis.errors import Conflict
from chassis.mongo.reach import reached
from chassis.stores import Record, Timer
from chassis.tenancy.crossing import SLOTS, Crossing, cross
from chassis.tenancy.guard import GuardedDatabase

_WRITE_CONFLICT = 112


class Busy(Conflict):
    """Another transaction holds the record; it may answer for us."""


class MongoLedger:
    """Collection ``idempotency``, forgotten after 48 hours by a TTL index on ``at``."""

    def __init__(self, database: GuardedDatabase) -> None:
        self._records = database["idempotency"]

    def open(self, record: Record) -> bool:
        """Insert it; False if it was known, and then this transaction is over."""
        try:
            self._records.insert_one(_to_stored(record))
        except DuplicateKeyError:
            return False
        except OperationFailure as error:
            if error.code == _WRITE_CONFLICT:
                raise Busy("a parallel call with the same key is running") from error
            raise
        return True

    def close(self, record: Record) -> None:
        """Keep the answer with it."""
        query = {"_id": record.id, "org_id": record.org_id}
        self._records.replace_one(query, _to_stored(record))

    def find(self, org_id: str, ident: str) -> Record | None:
        """What is committed."""
        with reached():
            stored = self._records.find_one({"_id": ident, "org_id": org_id})
        return _from_stored(stored, Record) if stored else None


class MongoTimers:
    """Collection ``timers``, read by (slot, due_at)."""

    def __init__(self, database: GuardedDatabase) -> None:
        self._database = database

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """The oldest that are due; one query per slot only while there is something due."""
        rows = cross(self._database, Crossing.DUE_TIMERS, "timers")
        query: dict[str, Any] = {"slot": {"$in": list(range(SLOTS))}, "due_at": {"$lte": now}}
        with reached():
            found = rows.find(query).sort([("due_at", 1), ("_id", 1)]).limit(limit)
            return [_from_stored(row, Timer) for row in found]

    def take(self, timer: Timer) -> bool:
        """Forget it in the running transaction."""
        query = {"_id": timer.id, "org_id": timer.org_id, "due_at": timer.due_at}
        return bool(self._database["timers"].delete_one(query).deleted_count)


def _to_stored(record: Record) -> dict[str, Any]:
    stored = msgspec.structs.asdict(record)
    return {"_id": stored.pop("id"), **stored}


def _from_stored(stored: dict[str, Any], kind: Any) -> Any:
    return msgspec.convert({**stored, "id": stored["_id"]}, kind)
