"""Arrivals and unreadable payloads in MongoDB; an arrival is its own row of the outbox (rule 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from chassis.ids import derived
from chassis.outbox.ports import OutgoingFact
from chassis.outbox.source import CollectionSource, Layout
from chassis.outbox.store_errors import store_reached
from chassis.tenancy.guard import GuardedDatabase
from chassis.tenancy.slots import slot_of
from contracts.ingest import MentionArrived
from contracts.topics import Topic
from services.ingest.application.ports import SetAside
from services.ingest.domain.listening.arrival import Arrival

ARRIVALS: Final = "arrivals"
UNREADABLE: Final = "unreadable"
EXCERPT: Final = 500
KEPT: Final = 1_000_000
"""Bytes of an unreadable payload that are kept; a document has a limit, and so has patience."""
_DUPLICATE: Final = 11000

INDEXES: Final[dict[str, tuple[IndexModel, ...]]] = {
    ARRIVALS: (
        IndexModel(
            [("org_id", 1), ("channel_id", 1), ("external_id", 1), ("revision", 1)],
            name="once",
            unique=True,
        ),
        IndexModel(
            [("slot", 1), ("created_at", 1), ("_id", 1)],
            name="unsent",
            partialFilterExpression={"relay.sent_at": None},
        ),
    ),
    UNREADABLE: (IndexModel([("org_id", 1), ("set_aside_at", 1), ("_id", 1)], name="newest"),),
}


class MongoArrivals:
    """See ``application.ports.Arrivals``."""

    def __init__(self, database: GuardedDatabase) -> None:
        self._arrivals = database[ARRIVALS]
        self._unreadable = database[UNREADABLE]

    def store(self, arrivals: Sequence[Arrival]) -> int:
        """Unordered: one that is there already does not keep the others out."""
        return _insert_new(self._arrivals, [_stored(item) for item in arrivals])

    def set_aside(self, items: Sequence[SetAside]) -> None:
        """The id is made of the place and the bytes, so a second look stores nothing."""
        _insert_new(self._unreadable, [_unreadable(item) for item in items])


def _insert_new(collection: Any, documents: list[dict[str, Any]]) -> int:
    with store_reached("store what arrived"):
        try:
            collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details
            if any(one.get("code") != _DUPLICATE for one in details["writeErrors"]):
                raise
            return int(details["nInserted"])
    return len(documents)


def _stored(item: Arrival) -> dict[str, Any]:
    return {
        "_id": item.id,
        "org_id": item.org_id,
        "channel_id": item.channel_id,
        "external_id": item.external_id,
        "revision": item.revision,
        "slot": slot_of(item.org_id),
        "key": item.key,
        "body": item.body,
        "created_at": item.created_at,
        "relay": {"sent_at": None, "fence": 0},
        "v": 1,
    }


def _unreadable(item: SetAside) -> dict[str, Any]:
    content = item.item.content[:KEPT]
    place = (item.org_id, item.channel_id, item.source, item.item.position)
    return {
        "_id": derived("unreadable", *place, content.hex()[:4000], item.item.reason),
        "org_id": item.org_id,
        "channel_id": item.channel_id,
        "source": item.source,
        "position": item.item.position,
        "reason": item.item.reason,
        "excerpt": content[:EXCERPT].decode("utf-8", "replace"),
        "content": content,
        "set_aside_at": item.at,
        "v": 1,
    }


def arrivals_source(database: GuardedDatabase) -> CollectionSource:
    """What the relay sends to the topic of arrivals."""
    layout = Layout(collection=ARRIVALS, sent="relay.sent_at", fence="relay.fence")
    return CollectionSource(database, layout, topics=[Topic.ARRIVALS.value], decode=_outgoing)


def _outgoing(row: dict[str, Any]) -> OutgoingFact:
    return OutgoingFact(
        id=row["_id"],
        org_id=row["org_id"],
        topic=Topic.ARRIVALS.value,
        key=row["key"],
        aggregate_id=row["_id"],
        sequence=1,
        type=MentionArrived.TYPE,
        time=row["created_at"],
        body=row["body"],
        created_at=row["created_at"],
    )
