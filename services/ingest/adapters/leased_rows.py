"""Rows of work that any number of processes share: one holder at a time, for a time.

Leases compare with the database's clock ($$NOW), because clocks of machines differ; when a row is
due is business and compares with the injected one. ``wanted`` counts how often a row was asked for,
so that an order which comes while the row is being worked on is not lost with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pymongo import IndexModel, ReturnDocument

from chassis.outbox.store_errors import store_reached
from chassis.ports import Clock
from chassis.tenancy.crossing import SLOTS, Crossing, cross
from chassis.tenancy.guard import GuardedDatabase
from chassis.tenancy.slots import slot_of

Row = dict[str, Any]
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ALL_SLOTS: Final = list(range(SLOTS))
LOOKED_AT: Final = 20
INDEX: Final = IndexModel([("slot", 1), ("due_at", 1), ("_id", 1)], name="due")


class LeasedRows:
    """One collection of such rows."""

    def __init__(self, database: GuardedDatabase, collection: str, clock: Clock) -> None:
        self._rows = database[collection]
        self._due = cross(database, Crossing.WORK_LEASES, collection)
        self._clock = clock

    def want(
        self, org_id: str, ident: str, fields: Mapping[str, Any], *, wait: float = 0.0
    ) -> None:
        """Make the row, or make it due again with these fields."""
        with store_reached("note work"):
            self._rows.update_one(*self.order(org_id, ident, fields, wait=wait), upsert=True)

    def order(
        self, org_id: str, ident: str, fields: Mapping[str, Any], *, wait: float = 0.0
    ) -> tuple[Row, Row]:
        """Filter and update of ``want``, for whoever writes in bulk."""
        update = {
            "$set": {**fields, "due_at": self._later(wait)},
            "$inc": {"wanted": 1},
            "$setOnInsert": {
                "slot": slot_of(org_id),
                "fence": 0,
                "failures": 0,
                "owner": "",
                "until": _NEVER,
                "v": 1,
            },
        }
        return {"_id": ident, "org_id": org_id}, update

    def forget(self, org_id: str, ident: str) -> None:
        """Whoever holds it."""
        with store_reached("forget work"):
            self._rows.delete_one({"_id": ident, "org_id": org_id})

    def take(self, owner: str, seconds: float) -> Row | None:
        """The row that is due for the longest and is free; None if there is none."""
        with store_reached("look for work"):
            for found in self._candidates():
                taken = self._taken(found, owner, seconds)
                if taken is not None:
                    return taken
        return None

    def give_back(self, row: Row, fields: Mapping[str, Any], *, wait: float) -> bool:
        """Free it, due again after ``wait`` seconds; False if somebody newer has it."""
        is_wanted_again = {"$gt": ["$wanted", row["wanted"]]}
        due = {"$cond": [is_wanted_again, "$due_at", self._later(wait)]}
        kept = {name: {"$literal": value} for name, value in fields.items()}
        update = [{"$set": {**kept, "due_at": due, "owner": "", "until": _NEVER}}]
        with store_reached("give work back"):
            return bool(self._rows.update_one(_mine(row), update).matched_count)

    def done(self, row: Row) -> None:
        """Delete it, unless it was wanted again meanwhile: then it is due at once."""
        with store_reached("end work"):
            ended = self._rows.delete_one({**_mine(row), "wanted": row["wanted"]})
        if not ended.deleted_count:
            self.give_back(row, {"failures": 0}, wait=0.0)

    def _candidates(self) -> list[Row]:
        query = {"slot": {"$in": _ALL_SLOTS}, "due_at": {"$lte": self._clock.now()}}
        found = self._due.find(query, {"org_id": 1, "until": 1}).sort([("due_at", 1), ("_id", 1)])
        return list(found.limit(LOOKED_AT))

    def _taken(self, found: Row, owner: str, seconds: float) -> Row | None:
        is_free = {"$lte": ["$until", "$$NOW"]}
        is_due = {"$lte": ["$due_at", {"$literal": self._clock.now()}]}
        query = {
            "_id": found["_id"],
            "org_id": found["org_id"],
            "$expr": {"$and": [is_free, is_due]},
        }
        hold = {
            "owner": {"$literal": owner},
            "until": {"$add": ["$$NOW", int(seconds * 1000)]},
            "fence": {"$add": ["$fence", 1]},
        }
        taken: Row | None = self._rows.find_one_and_update(
            query, [{"$set": hold}], return_document=ReturnDocument.AFTER
        )
        return taken

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)


def _mine(row: Row) -> Row:
    return {"_id": row["_id"], "org_id": row["org_id"], "fence": row["fence"]}
