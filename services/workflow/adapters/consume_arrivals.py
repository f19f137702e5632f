"""The durable group that turns arrivals into conversations, over MongoDB.

Mentions go in by raw bulk calls, without an audit entry each: the entry of their conversation,
written in the same transaction, covers them. As audited entities a batch of 500 took about 1.4
times as long (measured on a busy machine).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
from pymongo import UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError

from chassis.errors import Conflict
from chassis.ports import BatchHandler, BatchWork
from contracts.ingest import MentionArrived
from contracts.topics import Group
from contracts.workflow.conversations import AttachedMention
from services.workflow.adapters.documents_conversations import MENTIONS, THREAD_LOCKS
from services.workflow.application.conversations.attach_arrivals import arrivals_handler as handler
from services.workflow.application.deliveries.confirm_by_arrival import confirm_by_arrival
from services.workflow.domain.conversations.mention import Mention
from services.workflow.domain.deliveries.delivery import Delivery

GROUP: Final = Group.WORKFLOW_ARRIVALS
USES_APPLIED: Final = False
"""The unique key of a mention is the inbox (rule 6)."""

_ATTACHED: Final = dict.fromkeys(
    ("conversation_id", "external_id", "in_reply_to", "direction", "kind", "posted_at"), 1
)
_AT_ONCE: Final = 10_000
"""Documents of one answer; the driver would fetch the first 101 and ask again."""
_DUPLICATE: Final = 11000


class MongoThreads:
    """``Threads`` in bulk; every call is one round trip."""

    def hold(self, batch: BatchWork, org_id: str, channel_ids: Collection[str]) -> None:
        """A second writer gets a write conflict at once, and runs again after the first."""
        batch.database[THREAD_LOCKS.collection].bulk_write(
            [_lock(org_id, channel_id) for channel_id in channel_ids]
        )

    def conversations_of(
        self, batch: BatchWork, org_id: str, mention_ids: Collection[str]
    ) -> dict[str, str]:
        """See ``Threads``."""
        query = {"org_id": org_id, "_id": {"$in": list(mention_ids)}}
        rows = batch.database[MENTIONS.collection].find(
            query, {"conversation_id": 1}, batch_size=_AT_ONCE
        )
        return {row["_id"]: row["conversation_id"] for row in rows}

    def waiting(
        self, batch: BatchWork, org_id: str, parent_ids: Collection[str]
    ) -> list[tuple[str, str]]:
        """See ``Threads``."""
        query = {"org_id": org_id, "awaits": {"$in": list(parent_ids)}}
        fields = {"_id": 0, "awaits": 1, "conversation_id": 1}
        rows = batch.database[MENTIONS.collection].find(query, fields, batch_size=_AT_ONCE)
        return [(row["awaits"], row["conversation_id"]) for row in rows]

    def attached_to(
        self, batch: BatchWork, org_id: str, conversation_ids: Collection[str]
    ) -> list[tuple[str, AttachedMention]]:
        """See ``Threads``."""
        query = {"org_id": org_id, "conversation_id": {"$in": list(conversation_ids)}}
        mentions = batch.database[MENTIONS.collection]
        rows = mentions.find(query, _ATTACHED, batch_size=_AT_ONCE).sort("_id", 1)
        return [_attached(row) for row in rows]

    def insert(self, batch: BatchWork, mentions: Sequence[Mention]) -> None:
        """Conflict if another process stored one of them meanwhile."""
        if not mentions:
            return
        rows = [_to_stored(mention) for mention in mentions]
        try:
            batch.database[MENTIONS.collection].insert_many(rows)
        except BulkWriteError as error:
            codes = {one["code"] for one in (error.details or {})["writeErrors"]}
            if codes != {_DUPLICATE}:
                raise
            raise Conflict("a mention was stored meanwhile") from error

    def replace(self, batch: BatchWork, mentions: Sequence[Mention]) -> None:
        """See ``Threads``."""
        if mentions:
            batch.database[MENTIONS.collection].bulk_write([_revision(m) for m in mentions])

    def move(self, batch: BatchWork, org_id: str, into: Mapping[str, str]) -> None:
        """See ``Threads``."""
        requests = [
            UpdateMany(
                {"org_id": org_id, "conversation_id": old},
                {"$set": {"conversation_id": new}, "$inc": {"rev": 1}},
            )
            for old, new in into.items()
        ]
        batch.database[MENTIONS.collection].bulk_write(requests, ordered=False)


def arrivals_handler() -> BatchHandler:
    """Handles batches of Topic.ARRIVALS; safe to run twice."""
    return handler(MongoThreads(), recognize_deliveries)


def recognize_deliveries(
    batch: BatchWork, org_id: str, outgoing: Sequence[MentionArrived]
) -> frozenset[str]:
    """Which of these are deliveries of ours; those in doubt are confirmed by having arrived."""
    channel_ids = sorted({one.channel_id for one in outgoing})
    external_ids = [one.external_id for one in outgoing]
    found = batch.find(Delivery, org_id, channel_id=channel_ids, external_id=external_ids)
    deliveries = {(one.channel_id, one.external_id): one for one in found}
    ours = [one for one in outgoing if (one.channel_id, one.external_id) in deliveries]
    for arrival in ours:
        delivery = deliveries[arrival.channel_id, arrival.external_id]
        if delivery.confirmed_at is None:
            confirm_by_arrival(delivery, arrival, batch.single(org_id))
    return frozenset(one.mention_id for one in ours)


def _lock(org_id: str, channel_id: str) -> UpdateOne:
    first = {"seq": 0, "v": THREAD_LOCKS.version}
    return UpdateOne(
        {"_id": channel_id, "org_id": org_id},
        {"$inc": {"rev": 1}, "$setOnInsert": first},
        upsert=True,
    )


def _to_stored(mention: Mention) -> dict[str, Any]:
    return MENTIONS.to_stored(msgspec.structs.replace(mention, rev=1))


def _revision(mention: Mention) -> UpdateOne:
    fields = MENTIONS.to_stored(mention)
    for name in ("_id", "org_id", "rev", "seq"):
        del fields[name]
    query = {"_id": mention.id, "org_id": mention.org_id}
    return UpdateOne(query, {"$set": fields, "$inc": {"rev": 1}})


def _attached(row: dict[str, Any]) -> tuple[str, AttachedMention]:
    home = row.pop("conversation_id")
    row["mention_id"] = row.pop("_id")
    return home, msgspec.convert(row, AttachedMention)
