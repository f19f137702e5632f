"""What a person does with a fact that was set aside: try it again, or go on without it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from chassis.consumer.letters import UNKNOWN, place_id, record_of
from chassis.consumer.mongo_ledger import SET_ASIDE, WAITING
from chassis.consumer.ports import BatchFactory
from chassis.consumer.reading import Read
from chassis.errors import Refusal, RefusalCode, not_found
from chassis.outbox.store_errors import store_reached
from chassis.ports import BatchWork
from chassis.tenancy.crossing import Crossing, cross
from contracts.envelope import Unaddressed, from_headers

Row = dict[str, Any]


LARGEST: Final = 12_000_000
"""Bytes of a body that fits into one document on its way back into the line."""


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as an operator sees it; ``size`` in bytes."""

    id: str
    group: str
    org_id: str
    aggregate_id: str | None
    sequence: int
    type: str | None
    reason: str
    error: str
    size: int
    topic: str
    partition: int
    offset: int


def letters(factory: BatchFactory, group: str, limit: int = 100) -> list[LetterView]:
    """Those that wait for a person, in the order of their ids."""

    def found(work: BatchWork) -> list[Row]:
        rows = cross(work.database, Crossing.CONSUMER_PLACE, "dead_letters")
        asked = {"group": group, "state": SET_ASIDE}
        return list(rows.find(asked, {"body": 0, "headers": 0}).sort("_id", 1).limit(limit))

    with store_reached("list letters"):
        return [
            msgspec.convert({**row, "id": row["_id"]}, LetterView)
            for row in factory.run_batch(found)
        ]


def redrive(factory: BatchFactory, letter_id: str) -> None:
    """Put the fact back into its line; the running consumer takes it, then those behind it.

    Refusal NotFound without such a letter, WrongState if its headers are still no envelope. If it
    fails again it is set aside again, and those behind it go on waiting.
    """
    with store_reached("redrive a letter"):
        factory.run_batch(lambda work: _redrive(work, letter_id))


def abandon(factory: BatchFactory, letter_id: str) -> None:
    """Go on without the fact: its line continues with the next one. The letter stays, marked."""
    with store_reached("abandon a letter"):
        factory.run_batch(lambda work: _abandon(work, letter_id))


def _redrive(work: BatchWork, letter_id: str) -> None:
    row = _letter(work, letter_id)
    if row["size"] > LARGEST:
        raise Refusal(
            RefusalCode.WRONG_STATE, f"{letter_id} has {row['size']} bytes: abandon it instead."
        )
    item = _addressed(row, _whole_body(work, row))
    org_id, aggregate_id = item.line
    parked = {
        "_id": place_id(row["group"], item),
        "group": row["group"],
        "org_id": org_id,
        "aggregate_id": aggregate_id,
        "sequence": item.sequence,
        "parked_at": work.now,
        **{name: row[name] for name in ("topic", "partition", "offset", "key", "timestamp")},
        "headers": row["headers"],
        "body": item.record.value,
    }
    work.database["parked"].replace_one(
        {"_id": parked["_id"], "org_id": org_id}, {**parked, "state": WAITING}, upsert=True
    )
    _release(work, row["group"], item)
    _close(work, row, "redriven")


def _abandon(work: BatchWork, letter_id: str) -> None:
    row = _letter(work, letter_id)
    if row["aggregate_id"] is not None:
        line = {"_id": f"{row['group']}|{row['org_id']}|{row['aggregate_id']}"}
        mine = {**line, "org_id": row["org_id"]}
        past = {"$set": {"sequence": row["sequence"]}}
        work.database["applied"].update_one({**mine, "damaged_at": row["sequence"]}, past)
        _release(work, row["group"], _addressed(row, b""))
    _close(work, row, "abandoned")


def _letter(work: BatchWork, letter_id: str) -> Row:
    rows = cross(work.database, Crossing.CONSUMER_PLACE, "dead_letters")
    found = rows.find_one({"_id": letter_id, "state": SET_ASIDE})
    if found is None:
        raise not_found("letter", letter_id)
    return found


def _whole_body(work: BatchWork, row: Row) -> bytes:
    rows = work.database["dead_letters"]
    ids = [f"{row['_id']}#{number}" for number in range(1, row["parts"])]
    rest = {
        part["_id"]: part["body"]
        for part in rows.find({"org_id": row["org_id"], "_id": {"$in": ids}})
    }
    return b"".join([bytes(row["body"]), *(bytes(rest[ident]) for ident in ids)])


def _addressed(row: Row, body: bytes) -> Read:
    record = record_of({**row, "body": body})
    try:
        return Read(record=record, envelope=from_headers(record.headers))
    except Unaddressed as wrong:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            f"The headers of {row['_id']} are no envelope, so it has no place in a line: {wrong}",
        ) from wrong


def _release(work: BatchWork, group: str, item: Read) -> None:
    org_id, aggregate_id = item.line
    ident = f"{group}|{org_id}|{aggregate_id}"
    mine = {"_id": ident, "org_id": org_id}
    place = {"org_id": org_id, "group": group, "aggregate_id": aggregate_id}
    work.database["applied"].update_one(mine, {"$unset": {"damaged_at": ""}})
    work.database["damaged"].delete_one(mine)
    work.database["parked"].update_many(place, {"$set": {"state": WAITING}})


def _close(work: BatchWork, row: Row, state: str) -> None:
    mine = {"_id": row["_id"], "org_id": row["org_id"] or UNKNOWN}
    update = {"$set": {"state": state, "closed_at": work.now}}
    work.database["dead_letters"].update_one(mine, update)
