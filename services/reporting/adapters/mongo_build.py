"""A new generation of an organization's folds in MongoDB, beside the live one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby, islice, product
from typing import Any, Final, Protocol, TypeVar

from pymongo import ReplaceOne, ReturnDocument

from chassis.errors import Conflict
from chassis.ports import BatchWork, Clock
from chassis.tenancy.guard import GuardedDatabase
from services.reporting.adapters.collections import DAYS, FACT_LOG, FOLDS, GENERATIONS
from services.reporting.adapters.mongo_folds import take_turns
from services.reporting.adapters.rows import (
    Row,
    day_row,
    fold_range,
    fold_row,
    line_of,
    shares_in,
    spoken_of,
)
from services.reporting.application.ports import Logged
from services.reporting.domain.fold import Fold, Line, Spoken
from services.reporting.domain.folding import FOLDED, STARTS
from services.reporting.domain.shares import Sums, add, without_zeros
from services.reporting.domain.slots import SLOTS

T = TypeVar("T")
LINES: Final = 500
"""How many lines are folded and written at once."""
LONGEST_EXCHANGE: Final = timedelta(seconds=30)
"""So long at most batches of the organization wait for an exchange; one that died holds up nobody
for longer, and the server ends a transaction after 60 s anyway."""


class Factory(Protocol):
    """The part of ``chassis.mongo.factory.WorkFactory`` that a build uses."""

    @property
    def database(self) -> GuardedDatabase: ...

    @property
    def clock(self) -> Clock: ...

    def run_batch(self, fn: Callable[[BatchWork], T]) -> T: ...


def begin(factory: Factory, org_id: str) -> MongoBuild:
    """A new generation, with a number nobody had; leftovers of builds that died are deleted."""
    found = factory.database[GENERATIONS].find_one_and_update(
        {"_id": org_id, "org_id": org_id},
        {"$inc": {"latest": 1}, "$setOnInsert": {"live": 0}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    build = MongoBuild(factory, org_id, generation=found["latest"], live=found["live"])
    build.forget_others()
    return build


class MongoBuild:
    """See ``Build``."""

    def __init__(self, factory: Factory, org_id: str, *, generation: int, live: int) -> None:
        self._factory = factory
        self._database = factory.database
        self._org_id = org_id
        self._generation = generation
        self._live = live
        self._mine = {"_id": org_id, "org_id": org_id}

    def logged(self) -> Iterator[Logged]:
        """In the order of the index of lines."""
        rows = self._database[FACT_LOG].find({"org_id": self._org_id}).sort(_LINE_ORDER)
        lines = _lines(rows)
        while batch := list(islice(lines, LINES)):
            yield batch

    def facts_of(self, lines: Sequence[Line]) -> Logged:
        """A call for each 500 lines of a topic."""
        found: Logged = []
        for topic in STARTS:
            idents = [line.aggregate_id for line in lines if line.topic is topic]
            for start in range(0, len(idents), LINES):
                wanted = {"$in": idents[start : start + LINES]}
                query = {"org_id": self._org_id, "topic": topic.value, "aggregate_id": wanted}
                found.extend(_lines(self._database[FACT_LOG].find(query).sort(_LINE_ORDER)))
        return found

    def put(self, folds: Sequence[Fold]) -> None:
        """Again and again, if need be."""
        rows = [fold_row(self._generation, fold) for fold in folds]
        requests = [
            ReplaceOne({"_id": row["_id"], "org_id": self._org_id}, row, upsert=True)
            for row in rows
        ]
        if requests:
            self._database[FOLDS].bulk_write(requests, ordered=False)

    def behind(self) -> list[Line]:
        """Compares how far the folds of both generations are."""
        here = self._sequences(self._generation)
        live = self._sequences(self._live)
        return [line for line, sequence in live.items() if here.get(line) != sequence]

    def sums(self) -> Sums:
        """One read over the generation."""
        sums: Sums = {}
        query = fold_range(self._org_id, self._generation)
        for row in self._database[FOLDS].find(query, {"shares": 1, "slot": 1}):
            add(sums, shares_in(row["shares"]), (self._org_id, row["slot"]))
        return sums

    def go_live(self, sums: Sums) -> None:
        """Only ever called in ``alone``."""
        days = self._database[DAYS]
        days.delete_many({"org_id": self._org_id})
        rows = [day_row(part, amounts) for part, amounts in without_zeros(sums).items()]
        if rows:
            days.insert_many(rows, ordered=False)
        change = {"$set": {"live": self._generation}, "$unset": {"wanted_until": 1}}
        self._database[GENERATIONS].update_one(self._mine, change)

    def alone(self, fn: Callable[[], T]) -> T:
        """Takes all turns of the organization; batches that begin meanwhile let it go first."""

        def exchange(_: BatchWork) -> T:
            turns = product([self._org_id], STARTS, range(SLOTS))
            take_turns(self._database, list(turns))
            self._check_latest()
            return fn()

        until = self._factory.clock.now() + LONGEST_EXCHANGE
        self._database[GENERATIONS].update_one(self._mine, {"$set": {"wanted_until": until}})
        done = self._factory.run_batch(exchange)
        self._live = self._generation
        return done

    def forget_others(self) -> None:
        """All but the live generation and this one."""
        kept = {"$nin": [self._live, self._generation]}
        self._database[FOLDS].delete_many(
            {
                "org_id": self._org_id,
                "_id": {"$gt": f"{self._org_id}/", "$lt": f"{self._org_id}0"},
                "generation": kept,
            }
        )

    def _check_latest(self) -> None:
        found = self._database[GENERATIONS].find_one(self._mine) or {}
        if found.get("latest") != self._generation:
            raise Conflict(f"another rebuild of {self._org_id} began after this one")

    def _sequences(self, generation: int) -> dict[Line, int]:
        fields = {"org_id": 1, "topic": 1, "aggregate_id": 1, "sequence": 1}
        rows = self._database[FOLDS].find(fold_range(self._org_id, generation), fields)
        return {line_of(row): row["sequence"] for row in rows}


_LINE_ORDER: Final = [("topic", 1), ("aggregate_id", 1), ("sequence", 1)]


def _lines(rows: Any) -> Iterator[tuple[Line, list[Spoken]]]:
    """Lines with those of their facts that can change a fold."""
    for line, facts in groupby(rows, line_of):
        yield line, _folded(facts)


def _folded(rows: Iterator[Row]) -> list[Spoken]:
    spoken = (spoken_of(row) for row in rows)
    return [one for one in spoken if type(one.fact) in FOLDED]
