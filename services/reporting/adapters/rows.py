"""How folds, facts and day documents are stored, and read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from chassis.ports import Delivered
from contracts.facts import decode, encode
from contracts.topics import Topic
from services.reporting.domain.fold import Fold, Line, Spoken
from services.reporting.domain.personal import redacted
from services.reporting.domain.shares import SEPARATOR, Part, Shares
from services.reporting.domain.states import State

Row = dict[str, Any]
VERSION: Final = 1
_PLAIN: Final = (datetime,)


def fact_row(one: Delivered) -> Row:
    """A fact as the log keeps it; always in the newest shape of its type."""
    envelope, fact = one.envelope, redacted(one.fact)
    return {
        "_id": envelope.id,
        "org_id": envelope.org_id,
        "topic": fact.TOPIC.value,
        "aggregate_id": envelope.subject,
        "sequence": envelope.sequence,
        "type": fact.TYPE,
        "time": envelope.time,
        "body": encode(fact),
        "v": VERSION,
    }


def line_of(row: Row) -> Line:
    """The line of a logged fact or of a fold."""
    return Line(row["org_id"], Topic(row["topic"]), row["aggregate_id"])


def spoken_of(row: Row) -> Spoken:
    """A logged fact, in the newest shape of its type."""
    return Spoken(row["sequence"], row["time"], decode(row["type"], row["body"]))


def fold_id(generation: int, line: Line) -> str:
    """Leads with the organization, then the generation: each is one range of the index of ids."""
    return f"{line.org_id}/{generation}/{line.aggregate_id}"


def fold_range(org_id: str, generation: int) -> Row:
    """The filter of all folds of a generation."""
    return {
        "org_id": org_id,
        "_id": {"$gt": f"{org_id}/{generation}/", "$lt": f"{org_id}/{generation}0"},
    }


def fold_row(generation: int, fold: Fold) -> Row:
    """The working document."""
    return {
        "_id": fold_id(generation, fold.line),
        "org_id": fold.line.org_id,
        "generation": generation,
        "topic": fold.line.topic.value,
        "aggregate_id": fold.line.aggregate_id,
        "slot": fold.slot,
        "sequence": fold.sequence,
        "state": msgspec.to_builtins(fold.state, builtin_types=_PLAIN),
        "shares": msgspec.to_builtins(fold.shares),
        "v": VERSION,
    }


def fold_of(row: Row) -> Fold:
    """The fold of a working document."""
    state: State = msgspec.convert(row["state"], State)
    return Fold(
        line=line_of(row), sequence=row["sequence"], state=state, shares=shares_in(row["shares"])
    )


def shares_in(stored: Any) -> Shares:
    """The shares of a working document."""
    return msgspec.convert(stored, Shares)


def day_id(part: Part) -> str:
    """One document per part."""
    return f"{part.org_id}/{part.day}/{part.channel_id}/{part.unit_id}/{part.slot}"


def day_row(part: Part, amounts: Mapping[str, int]) -> Row:
    """A whole day document; zeros are left out."""
    row: Row = {"_id": day_id(part), **_fields(part), "counts": {}, "seconds": {}}
    for key, number in amounts.items():
        measure, _, second = key.partition(SEPARATOR)
        if number and second:
            row["seconds"].setdefault(measure, {})[second] = number
        elif number:
            row["counts"][measure] = number
    return row


def day_filter(part: Part) -> Row:
    """Finds one day document."""
    return {"_id": day_id(part), "org_id": part.org_id}


def day_update(part: Part, amounts: Mapping[str, int]) -> Row:
    """Adds amounts to a day document that may not exist yet; both sections always exist."""
    added = {_path(key): number for key, number in amounts.items() if number}
    sections = {path.partition(".")[0] for path in added}
    empty: Row = {name: {} for name in ("counts", "seconds") if name not in sections}
    return {"$inc": added, "$setOnInsert": {**_fields(part), **empty}}


def tidied(row: Row) -> Row:
    """A day document without zeros, and without histograms that hold nothing."""
    seconds = {
        name: {second: number for second, number in histogram.items() if number}
        for name, histogram in row["seconds"].items()
    }
    return {
        **row,
        "counts": {name: number for name, number in row["counts"].items() if number},
        "seconds": {name: histogram for name, histogram in seconds.items() if histogram},
    }


def _fields(part: Part) -> Row:
    return {**msgspec.structs.asdict(part), "v": VERSION}


def _path(key: str) -> str:
    measure, _, second = key.partition(SEPARATOR)
    return f"seconds.{measure}.{second}" if second else f"counts.{measure}"
