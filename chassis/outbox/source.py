"""Facts that wait in a collection: the outbox, or one that is its own outbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chassis.outbox.ports import OutgoingFact
from chassis.outbox.store_errors import store_reached
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase
from chassis.tenancy.slots import SLOTS

Row = dict[str, Any]
Line = tuple[str, str, str]
"""Organization, topic and aggregate: what has an order of its own."""

REMEMBERED: Final = 20_000
"""Lines whose last sent fact is known without asking; about 6 MB."""
LOOKED_UP_AT_ONCE: Final = 200
ALL_SLOTS: Final = list(range(SLOTS))


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Where a collection keeps what the relay needs; dotted names for fields of a sub-document.

    The collection needs a partial index of the unsent: (slot, created, _id) where sent is null.
    """

    collection: str
    sent: str = "sent_at"
    fence: str = "fence"
    created: str = "created_at"


def outgoing(row: Row) -> OutgoingFact:
    """The fact of a row of the outbox."""
    return OutgoingFact(
        id=row["_id"],
        org_id=row["org_id"],
        topic=row["topic"],
        key=row["key"],
        aggregate_id=row["aggregate_id"],
        sequence=row["sequence"],
        type=row["type"],
        time=row["time"],
        body=row["body"],
        created_at=row["created_at"],
        traceparent=row["traceparent"],
    )


class CollectionSource:
    """A RelaySource over one collection whose documents are facts, each its own aggregate.

    ``decode`` makes the fact of a document.
    """

    def __init__(
        self,
        database: GuardedDatabase,
        layout: Layout,
        *,
        topics: Iterable[str],
        decode: Callable[[Row], OutgoingFact],
    ) -> None:
        self.name = f"{database.name.partition('_')[2]}.{layout.collection}"
        self.topics = frozenset(topics)
        self._layout = layout
        self._decode = decode
        self._rows: Collection[Row] = cross(database, Crossing.UNSENT_OUTBOX, layout.collection)
        self._stream: Any = None

    def unsent(self, limit: int) -> list[OutgoingFact]:
        """See ``RelaySource``."""
        with store_reached("read the outbox"):
            found = self._rows.find(self._unsent_filter()).sort(self._order()).limit(limit)
            return [self._decode(row) for row in found]

    def mark(self, facts: Sequence[OutgoingFact], sent_at: datetime, fence: int) -> int:
        """See ``RelaySource``."""
        mine = {
            "_id": {"$in": [item.id for item in facts]},
            self._layout.sent: None,
            self._layout.fence: {"$lte": fence},
        }
        update = {"$set": {self._layout.sent: sent_at, self._layout.fence: fence}}
        with store_reached("mark facts as sent"):
            return self._rows.update_many(mine, update).modified_count

    def reopen(self, topic: str, since: datetime | None, fence: int) -> int:
        """See ``RelaySource``. A relay that still holds an older fence cannot mark them again."""
        sent: Row = {self._layout.sent: {"$ne": None}, **self._topic_filter(topic)}
        if since is not None:
            sent[self._layout.created] = {"$gte": since}
        update = {"$set": {self._layout.sent: None, self._layout.fence: fence}}
        with store_reached("open facts again"):
            return self._rows.update_many(sent, update).modified_count

    def wait(self, seconds: float) -> None:
        """A change stream wakes it; without one it looks again after a quarter of a second."""
        try:
            if self._stream is None:
                self._stream = self._watched(seconds)
            if self._is_empty() and self._stream.try_next() is None:
                return
        except PyMongoError:
            time.sleep(min(seconds, 0.25))
        # Not kept while there is work: it would have to be read to its end.
        self.close()

    def close(self) -> None:
        """May be called twice."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _topic_filter(self, topic: str) -> Row:  # noqa: ARG002 - every document is of one topic
        return {}

    def _unsent_filter(self) -> Row:
        return {"slot": {"$in": ALL_SLOTS}, self._layout.sent: None}

    def _order(self) -> list[tuple[str, int]]:
        return [(self._layout.created, 1), ("_id", 1)]

    def _watched(self, seconds: float) -> Any:
        stages: list[Row] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        return self._rows.watch(stages, max_await_time_ms=max(1, int(seconds * 1000)))

    def _is_empty(self) -> bool:
        return self._rows.find_one(self._unsent_filter(), {"_id": 1}) is None


class OutboxSource(CollectionSource):
    """The outbox of a service, whose aggregates have many facts in a line."""

    def __init__(self, database: GuardedDatabase, topics: Iterable[str]) -> None:
        super().__init__(database, Layout(collection="outbox"), topics=topics, decode=outgoing)
        self._last_sent: dict[Line, int] = {}

    def unsent(self, limit: int) -> list[OutgoingFact]:
        """See ``RelaySource``.

        Rows are found by time, and within a millisecond or between two clocks the time says nothing
        of the order: so wherever the fact before one may be unsent too, it is looked for and goes
        first.
        """
        found = super().unsent(limit)
        with store_reached("read the outbox"):
            missing = self._missing(self._doubtful(_in_line(found)))
        return _in_line([*missing, *found]) if missing else _in_line(found)

    def mark(self, facts: Sequence[OutgoingFact], sent_at: datetime, fence: int) -> int:
        """See ``RelaySource``."""
        marked = super().mark(facts, sent_at, fence)
        if len(self._last_sent) > REMEMBERED:
            self._last_sent.clear()
        self._last_sent.update({line_of(item): item.sequence for item in facts})
        return marked

    def reopen(self, topic: str, since: datetime | None, fence: int) -> int:
        """See ``RelaySource``."""
        self._last_sent.clear()
        return super().reopen(topic, since, fence)

    def resend(self, line: Line, from_sequence: int) -> int:
        """Open the facts of one aggregate again, for a group that met a gap; returns how many."""
        org_id, topic, aggregate_id = line
        asked = {
            "org_id": org_id,
            "topic": topic,
            "aggregate_id": aggregate_id,
            "sequence": {"$gte": from_sequence},
        }
        with store_reached("open facts again"):
            self._rows.update_many(asked, {"$set": {"sent_at": None}})
            return self._rows.count_documents(asked)

    def _topic_filter(self, topic: str) -> Row:
        return {"topic": topic}

    def _doubtful(self, facts: Sequence[OutgoingFact]) -> list[OutgoingFact]:
        """Those whose predecessor is neither among them nor known to be sent."""
        known: dict[Line, int] = {}
        doubtful = []
        for item in facts:
            line = line_of(item)
            before = known.get(line, self._last_sent.get(line, 0))
            if item.sequence > 1 and before != item.sequence - 1:
                doubtful.append(item)
            known[line] = item.sequence
        return doubtful

    def _missing(self, doubtful: Sequence[OutgoingFact]) -> list[OutgoingFact]:
        missing: list[OutgoingFact] = []
        for start in range(0, len(doubtful), LOOKED_UP_AT_ONCE):
            part = doubtful[start : start + LOOKED_UP_AT_ONCE]
            asked = [_just_before(item) for item in part]
            if self._rows.find_one({"$or": asked, "sent_at": None}, {"_id": 1}):
                missing += self._all_before(part)
        return missing

    def _all_before(self, facts: Sequence[OutgoingFact]) -> list[OutgoingFact]:
        asked = [{**_just_before(item), "sequence": {"$lt": item.sequence}} for item in facts]
        return [outgoing(row) for row in self._rows.find({"$or": asked, "sent_at": None})]


def _in_line(facts: Sequence[OutgoingFact]) -> list[OutgoingFact]:
    """Each once, in the order of sequences."""
    return sorted({item.id: item for item in facts}.values(), key=lambda item: item.sequence)


def line_of(item: OutgoingFact) -> Line:
    """What the fact stands in line with."""
    return item.org_id, item.topic, item.aggregate_id


def _just_before(item: OutgoingFact) -> Row:
    return {
        "org_id": item.org_id,
        "topic": item.topic,
        "aggregate_id": item.aggregate_id,
        "sequence": item.sequence - 1,
    }
