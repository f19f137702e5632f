"""The read models in the transaction of a batch: the same few calls for one fact and for a thousand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne

from chassis.errors import Conflict
from chassis.ports import BatchWork, Delivered
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase
from contracts.topics import Topic
from services.reporting.adapters.collections import DAYS, FACT_LOG, FOLDS, GENERATIONS, TURNS
from services.reporting.adapters.rows import (
    Row,
    day_filter,
    day_id,
    day_update,
    fact_row,
    fold_id,
    fold_of,
    fold_row,
    tidied,
)
from services.reporting.domain.fold import Change, Fold, Line
from services.reporting.domain.shares import Part, without_zeros
from services.reporting.domain.slots import slot_of

Turn = tuple[str, Topic, int]
"""Organization, topic, slot."""


def mongo_folds(batch: BatchWork) -> MongoFolds:
    """The read models inside the batch's transaction."""
    return MongoFolds(batch.database, batch.now)


class MongoFolds:
    """See ``Folds``."""

    def __init__(self, database: GuardedDatabase, now: datetime) -> None:
        self._database = database
        self._now = now
        self._generations: dict[str, int] = {}
        self._known: Collection[Line] = ()

    def log(self, delivered: Sequence[Delivered]) -> None:
        """Inserts: a fact that is there already was applied, and its repeats never come here."""
        self._database[FACT_LOG].insert_many([fact_row(one) for one in delivered], ordered=False)

    def load(self, lines: Collection[Line]) -> dict[Line, Fold]:
        """The generation that is read stays live until the commit, because of the turns.

        Conflict while an exchange of generations waits for its turn.
        """
        self._generations = self._live({line.org_id for line in lines})
        take_turns(
            self._database, {(x.org_id, x.topic, slot_of(x.org_id, x.aggregate_id)) for x in lines}
        )
        wanted = [fold_id(self._generations[line.org_id], line) for line in lines]
        found = [fold_of(row) for row in self._open(FOLDS).find({"_id": {"$in": wanted}})]
        folds = {fold.line: fold for fold in found}
        self._known = folds.keys()
        return folds

    def save(self, change: Change) -> None:
        """One bulk write of folds, one of day documents, and a look at those that got less."""
        if change.folds:
            requests = [self._stored(fold) for fold in change.folds]
            self._database[FOLDS].bulk_write(requests, ordered=False)
        sums = without_zeros(change.sums)
        if sums:
            self._add(sums)

    def _live(self, org_ids: Collection[str]) -> dict[str, int]:
        rows = list(self._open(GENERATIONS).find({"_id": {"$in": list(org_ids)}}))
        if any(row.get("wanted_until", self._now) > self._now for row in rows):
            raise Conflict("an exchange of generations goes first")
        return dict.fromkeys(org_ids, 0) | {row["_id"]: row["live"] for row in rows}

    def _stored(self, fold: Fold) -> InsertOne[Row] | ReplaceOne[Row]:
        row = fold_row(self._generations[fold.line.org_id], fold)
        if fold.line not in self._known:
            return InsertOne(row)
        return ReplaceOne({"_id": row["_id"], "org_id": row["org_id"]}, row)

    def _add(self, sums: Mapping[Part, Mapping[str, int]]) -> None:
        requests = [
            UpdateOne(day_filter(part), day_update(part, amounts), upsert=True)
            for part, amounts in sums.items()
        ]
        self._database[DAYS].bulk_write(requests, ordered=False)
        less = [part for part, amounts in sums.items() if min(amounts.values()) < 0]
        if less:
            self._tidy(less)

    def _tidy(self, parts: Sequence[Part]) -> None:
        """What fell to zero goes, and so does a document that holds nothing."""
        rows = self._open(DAYS).find({"_id": {"$in": [day_id(part) for part in parts]}})
        requests = [request for row in rows for request in _tidying(row)]
        if requests:
            self._database[DAYS].bulk_write(requests, ordered=False)

    def _open(self, collection: str) -> Any:
        return cross(self._database, Crossing.FOLD, collection)


def _tidying(row: Row) -> list[DeleteOne | ReplaceOne[Row]]:
    found = {"_id": row["_id"], "org_id": row["org_id"]}
    tidy = tidied(row)
    if tidy == row:
        return []
    if not tidy["counts"] and not tidy["seconds"]:
        return [DeleteOne(found)]
    return [ReplaceOne(found, tidy)]


def take_turns(database: GuardedDatabase, turns: Collection[Turn]) -> None:
    """Write these turns: of two transactions that do, one runs again."""
    requests = [
        UpdateOne(
            {"_id": f"{org_id}/{topic.value}/{slot}", "org_id": org_id},
            {"$inc": {"turn": 1}},
            upsert=True,
        )
        for org_id, topic, slot in sorted(turns)
    ]
    database[TURNS].bulk_write(requests)
