"""Leases: who may do what only one may do at a time.

They compare with the database's own clock ($$NOW), because clocks of machines differ. Every new
hold has a higher fence, so that what an old holder still writes can be told apart.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.mongo.reach import reached
from chassis.ports import Clock
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A hold on a name until it expires."""

    name: str
    owner: str
    fence: int
    until: datetime


class Leases(Protocol):
    """What both stores promise; ``owner`` is one process, never two."""

    def acquire(self, name: str, owner: str, seconds: float) -> Lease | None:
        """A new hold, or a longer one for the present owner; None while somebody else has it.

        The fence of a hold that was never interrupted stays; a new hold's is higher than all before.
        """
        ...

    def renew(self, lease: Lease, seconds: float) -> Lease | None:
        """The same hold, longer; None if it expired or was taken over."""
        ...

    def release(self, name: str, owner: str) -> None:
        """Give it up, if it is still held; the fence is remembered."""
        ...


class LeaseStore:
    """Collection ``leases`` of the service's own database."""

    def __init__(self, database: GuardedDatabase) -> None:
        self._rows = cross(database, Crossing.WORK_LEASES, "leases")

    def acquire(self, name: str, owner: str, seconds: float) -> Lease | None:
        """See ``Leases``."""
        try:
            with reached():
                stored = self._take(name, owner, seconds)
        except DuplicateKeyError:
            return None  # two were first at the same moment, and the other one was faster
        return _lease(stored) if stored["owner"] == owner else None

    def renew(self, lease: Lease, seconds: float) -> Lease | None:
        """See ``Leases``."""
        mine = {"_id": lease.name, "owner": lease.owner, "fence": lease.fence}
        alive = {**mine, "$expr": {"$gt": ["$until", "$$NOW"]}}
        longer = [{"$set": {"until": _from_now(seconds)}}]
        with reached():
            stored = self._rows.find_one_and_update(
                alive, longer, return_document=ReturnDocument.AFTER
            )
        return _lease(stored) if stored else None

    def release(self, name: str, owner: str) -> None:
        """See ``Leases``."""
        given_up = {"$set": {"owner": "", "until": _NEVER}}
        with reached():
            self._rows.update_one({"_id": name, "owner": owner}, given_up)

    def _take(self, name: str, owner: str, seconds: float) -> dict[str, Any]:
        # $expr may not stand in the filter of an upsert, so the condition is in the update.
        is_free = {"$lte": [{"$ifNull": ["$until", _NEVER]}, "$$NOW"]}
        is_mine = {"$and": [{"$not": [is_free]}, {"$eq": ["$owner", {"$literal": owner}]}]}
        fence = {"$add": [{"$ifNull": ["$fence", 0]}, {"$cond": [is_free, 1, 0]}]}
        until = {"$cond": [{"$or": [is_free, is_mine]}, _from_now(seconds), "$until"]}
        change = {
            "owner": {"$cond": [is_free, {"$literal": owner}, "$owner"]},
            "fence": fence,
            "until": until,
        }
        stored = self._rows.find_one_and_update(
            {"_id": name},
            [{"$set": change}],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return stored or {}


class MemoryLeaseStore:
    """The twin; compares with the injected clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, Lease] = {}

    def acquire(self, name: str, owner: str, seconds: float) -> Lease | None:
        """See ``Leases``."""
        now = self._clock.now()
        held = self._held.get(name)
        fence = held.fence if held else 0
        if held is None or held.until <= now:
            fence += 1
        elif held.owner != owner:
            return None
        until = now + timedelta(seconds=seconds)
        self._held[name] = Lease(name=name, owner=owner, fence=fence, until=until)
        return self._held[name]

    def renew(self, lease: Lease, seconds: float) -> Lease | None:
        """See ``Leases``."""
        held = self._held.get(lease.name)
        if held is None or held.until <= self._clock.now():
            return None
        if (held.owner, held.fence) != (lease.owner, lease.fence):
            return None
        return self.acquire(lease.name, lease.owner, seconds)

    def release(self, name: str, owner: str) -> None:
        """See ``Leases``."""
        held = self._held.get(name)
        if held and held.owner == owner:
            self._held[name] = msgspec.structs.replace(held, owner="", until=_NEVER)


def _from_now(seconds: float) -> dict[str, Any]:
    return {"$add": ["$$NOW", int(seconds * 1000)]}


def _lease(stored: dict[str, Any]) -> Lease:
    return Lease(
        name=stored["_id"], owner=stored["owner"], fence=stored["fence"], until=stored["until"]
    )
