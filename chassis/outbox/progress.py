"""What a speaker knows of its readers and of the broker it last filled (collection ``progress``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import ReturnDocument
from pymongo.collection import Collection

from chassis.outbox.store_errors import store_reached
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase
from contracts.topics import Topic, groups_of

SLACK: Final = timedelta(minutes=2)
"""A fact may become visible later than the time it carries, by the length of its transaction."""


class SpeakerProgress:
    """Kept by the speaker in its own database; told by the readers' ``ReportProgress``."""

    def __init__(self, database: GuardedDatabase) -> None:
        self._rows: Collection[dict[str, Any]] = cross(database, Crossing.UNSENT_OUTBOX, "progress")

    def note(self, group: str, topic: str, applied_up_to: datetime) -> None:
        """Times only go forward."""
        update = {
            "$max": {"applied_up_to": applied_up_to},
            "$set": {"group": group, "topic": topic},
        }
        with store_reached("note progress"):
            self._rows.update_one({"_id": f"group|{group}|{topic}"}, update, upsert=True)

    def slowest(self, topic: str) -> datetime | None:
        """Every durable group has applied what was created before; None if one never reported."""
        wanted = [f"group|{group.value}|{topic}" for group in groups_of(Topic(topic))]
        with store_reached("read progress"):
            found = list(self._rows.find({"_id": {"$in": wanted}}))
        if not wanted or len(found) < len(wanted):
            return None
        oldest: datetime = min(row["applied_up_to"] for row in found)
        return oldest

    def incarnation(self, topic: str) -> str | None:
        """The log of the topic that was last filled."""
        with store_reached("read progress"):
            found = self._rows.find_one({"_id": f"log|{topic}"})
        return str(found["incarnation"]) if found else None

    def filled(self, topic: str, incarnation: str) -> None:
        """From now on this log is the one that facts are sent to."""
        update = {"$set": {"incarnation": incarnation, "sent": 0}}
        with store_reached("note progress"):
            self._rows.update_one({"_id": f"log|{topic}"}, update, upsert=True)

    def count_sent(self, topic: str, count: int) -> int:
        """So many more messages are in the log; returns how many since it began."""
        change = {"$inc": {"sent": count}}
        with store_reached("count messages"):
            found = self._rows.find_one_and_update(
                {"_id": f"log|{topic}"}, change, return_document=ReturnDocument.AFTER
            )
        return int(found["sent"]) if found else 0
