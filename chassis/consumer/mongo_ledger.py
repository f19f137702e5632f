"""The books of a group in its service's own database: applied, parked, dead_letters, damaged.

A batch holds many organizations, so these calls cross (``chassis.tenancy.crossing``); every document
names its organization. Ids start with the group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from chassis.consumer.letters import letter_rows, place_id, record_of, stored_record
from chassis.consumer.line import Letter, Plan, Standing
from chassis.consumer.ports import Depths, Gap, Ledger, Parked
from chassis.consumer.reading import Line, Read
from chassis.errors import Conflict
from chassis.ports import BatchWork
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase

Row = dict[str, Any]
WAITING: Final = "waiting"
BEHIND: Final = "behind"
"""States of parked facts: for a missing one, or behind one that was set aside."""
SET_ASIDE: Final = "set aside"
SUSPECT: Final = "suspect"
DUPLICATE: Final = 11_000


def mongo_ledger(group: str) -> Callable[[BatchWork], Ledger]:
    """Opens the group's books inside a running transaction."""
    return lambda work: MongoLedger(work.database, group)


class MongoLedger:
    """See ``chassis.consumer.ports.Ledger``."""

    def __init__(self, database: GuardedDatabase, group: str) -> None:
        self._database = database
        self._group = group
        self._known: set[Line] = set()

    def standings(self, lines: Sequence[Line]) -> dict[Line, Standing]:
        """One find over the batch."""
        ids = {self._line_id(line): line for line in lines}
        rows = self._open("applied").find({"_id": {"$in": list(ids)}}) if ids else ()
        found = {
            ids[row["_id"]]: Standing(row["sequence"], row.get("damaged_at", 0)) for row in rows
        }
        self._known.update(found)
        return found

    def write(self, plan: Plan, now: datetime) -> None:
        """One bulk write per collection that has something to write."""
        self._write("applied", [self._applied(*item) for item in plan.standings.items()])
        self._write("parked", [self._parking(item, plan, now) for item in plan.park])
        for letter in plan.letters:
            self._set_aside(letter, now)
        for line, standing in plan.standings.items():
            if standing.damaged_at:
                self._damage(line, standing, now)
        if plan.unpark:
            self._open("parked").delete_many({"_id": {"$in": plan.unpark}})

    def gaps(self, limit: int) -> list[Gap]:
        """The longest waiting first."""
        stages: list[Row] = [
            {"$match": {"group": self._group, "state": WAITING}},
            {
                "$group": {
                    "_id": {"org_id": "$org_id", "aggregate_id": "$aggregate_id"},
                    "first": {"$min": "$sequence"},
                    "since": {"$min": "$parked_at"},
                }
            },
            {"$sort": {"since": 1}},
            {"$limit": limit},
        ]
        return [
            Gap(
                line=(row["_id"]["org_id"], row["_id"]["aggregate_id"]),
                first=row["first"],
                since=row["since"],
            )
            for row in self._open("parked").aggregate(stages)
        ]

    def parked(self, lines: Sequence[Line], limit: int) -> list[Parked]:
        """Line after line."""
        found: list[Parked] = []
        for org_id, aggregate_id in lines:
            asked = {"org_id": org_id, "group": self._group, "aggregate_id": aggregate_id}
            rows = self._open("parked").find(asked).sort("sequence", 1).limit(limit - len(found))
            found += [Parked(id=row["_id"], record=record_of(row)) for row in rows]
            if len(found) >= limit:
                break
        return found

    def suspect(self, letter: Letter, now: datetime) -> int:
        """Kept as a letter in the making."""
        head, *_ = letter_rows(self._group, letter)
        update = {
            "$inc": {"tries": 1},
            "$set": {"state": SUSPECT, "error": head["error"], "suspected_at": now},
            "$setOnInsert": {"org_id": head["org_id"], "group": self._group},
        }
        letters = self._open("dead_letters")
        letters.update_one({"_id": head["_id"]}, update, upsert=True)
        found = letters.find_one({"_id": head["_id"]}, {"tries": 1})
        return int(found["tries"]) if found else 0

    def marks(self, topic: str, seen: Mapping[int, datetime]) -> dict[int, datetime]:
        """Times only go forward."""
        prefix = {"kind": "mark", "group": self._group, "topic": topic}
        changes = [
            UpdateOne(
                {"_id": f"mark|{self._group}|{topic}|{partition}"},
                {"$max": {"applied_up_to": at}, "$set": {**prefix, "partition": partition}},
                upsert=True,
            )
            for partition, at in seen.items()
        ]
        self._write("progress", changes)
        rows = self._open("progress").find(prefix)
        return {row["partition"]: row["applied_up_to"] for row in rows}

    def stopped_at(self) -> datetime | None:
        """See ``Ledger``."""
        found = self._open("progress").find_one({"_id": f"stopped|{self._group}"})
        at: datetime | None = found["at"] if found else None
        return at

    def stop(self, now: datetime | None) -> None:
        """See ``Ledger``."""
        ident = {"_id": f"stopped|{self._group}"}
        if now is None:
            self._open("progress").delete_one(ident)
        else:
            self._open("progress").replace_one(ident, {"at": now}, upsert=True)

    def depths(self) -> Depths:
        """Three counts."""
        mine = {"group": self._group}
        return Depths(
            parked=self._open("parked").count_documents({**mine, "state": WAITING}),
            letters=self._open("dead_letters").count_documents({**mine, "state": SET_ASIDE}),
            damaged=self._open("damaged").count_documents(mine),
        )

    def _open(self, collection: str) -> Collection[Row]:
        return cross(self._database, Crossing.CONSUMER_PLACE, collection)

    def _line_id(self, line: Line) -> str:
        return f"{self._group}|{line[0]}|{line[1]}"

    def _applied(self, line: Line, standing: Standing) -> InsertOne[Row] | UpdateOne:
        fields: Row = {"sequence": standing.sequence}
        if standing.damaged_at:
            fields["damaged_at"] = standing.damaged_at
        ident = self._line_id(line)
        if line in self._known:
            return UpdateOne({"_id": ident}, {"$set": fields})
        return InsertOne({"_id": ident, "org_id": line[0], **fields})

    def _parking(self, item: Read, plan: Plan, now: datetime) -> ReplaceOne[Row]:
        ident, (org_id, aggregate_id) = place_id(self._group, item), item.line
        row = {
            "_id": ident,
            "group": self._group,
            "org_id": org_id,
            "aggregate_id": aggregate_id,
            "sequence": item.sequence,
            "state": BEHIND if item.line in plan.damaged else WAITING,
            "parked_at": now,
            **stored_record(item.record),
        }
        return ReplaceOne({"_id": ident}, row, upsert=True)

    def _set_aside(self, letter: Letter, now: datetime) -> None:
        requests = [
            ReplaceOne(
                {"_id": row["_id"]}, {**row, "state": SET_ASIDE, "set_aside_at": now}, upsert=True
            )
            if "part_of" not in row
            else ReplaceOne({"_id": row["_id"]}, row, upsert=True)
            for row in letter_rows(self._group, letter)
        ]
        self._write("dead_letters", requests)

    def _damage(self, line: Line, standing: Standing, now: datetime) -> None:
        org_id, aggregate_id = line
        place = {"org_id": org_id, "group": self._group, "aggregate_id": aggregate_id}
        row = {"_id": self._line_id(line), **place, "sequence": standing.damaged_at, "since": now}
        self._open("damaged").replace_one({"_id": row["_id"]}, row, upsert=True)
        self._open("parked").update_many(place, {"$set": {"state": BEHIND}})

    def _write(self, collection: str, requests: Sequence[Any]) -> None:
        if not requests:
            return
        try:
            self._open(collection).bulk_write(requests, ordered=False)
        except BulkWriteError as error:
            codes = {item["code"] for item in (error.details or {}).get("writeErrors", ())}
            if DUPLICATE in codes:
                raise Conflict("another member of the group was faster") from error
            raise
