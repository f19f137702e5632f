"""What leaves the outbox: facts every durable group is past, when they are seven days old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from pymongo.collection import Collection

from chassis import metric_defs
from chassis.metrics import Metrics
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.store_errors import store_reached
from chassis.ports import Clock
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase

KEPT: Final = timedelta(days=7)
AT_ONCE: Final = 1_000
EVERY_SECONDS: Final = 600.0


class OutboxPurge:
    """A Loop; any number may run, deleting twice deletes nothing."""

    def __init__(
        self, database: GuardedDatabase, topics: Iterable[str], *, clock: Clock, metrics: Metrics
    ) -> None:
        self.name = f"purge {database.name.partition('_')[2]}.outbox"
        self._rows: Collection[dict[str, Any]] = cross(database, Crossing.EXPIRY, "outbox")
        self._topics = sorted(topics)
        self._progress = SpeakerProgress(database)
        self._clock = clock
        self._metrics = metrics

    def step(self) -> float:
        """A thousand facts of each topic."""
        counts = [self._purge(topic) for topic in self._topics]
        return 0.0 if AT_ONCE in counts else EVERY_SECONDS

    def close(self) -> None:
        """Nothing to let go of."""

    def _purge(self, topic: str) -> int:
        slowest = self._progress.slowest(topic)
        if slowest is None:
            return 0
        limit = min(slowest, self._clock.now() - KEPT)
        done = {"topic": topic, "sent_at": {"$ne": None}, "created_at": {"$lt": limit}}
        with store_reached("purge the outbox"):
            ids = [row["_id"] for row in self._rows.find(done, {"_id": 1}).limit(AT_ONCE)]
            self._rows.delete_many({"_id": {"$in": ids}, **done})
        self._metrics.count(metric_defs.OUTBOX_PURGED, len(ids), source=self.name)
        return len(ids)
