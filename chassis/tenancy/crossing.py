"""The only accesses across organizations (rule 11), each with the collections it may touch.

Grammar: a crossing is named after why it has to cross. Whoever crosses takes ids out and goes on
inside the organization; adding a line here is a decision for reviewers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, cast

from pymongo.collection import Collection

from chassis.errors import UnscopedQuery
from chassis.tenancy.guard import GuardedDatabase
from chassis.tenancy.slots import SLOTS, slot_of

__all__ = ["COLLECTIONS", "SLOTS", "Crossing", "cross", "slot_of"]


class Crossing(StrEnum):
    """Why a query has to look beyond one organization."""

    UNSENT_OUTBOX = "unsent outbox"  # the relay sends for everybody, in order per key
    CONSUMER_PLACE = "place of a consumer"  # a batch of facts holds many organizations
    DUE_TIMERS = "due timers"
    WORK_LEASES = "work leases"  # who polls which channel, who publishes what is due
    BY_SECRET = "look-up by secret"  # noqa: S105 - a reason, not a secret: a session, key, e-mail or slug tells the organization
    EXPIRY = "expiry"  # what is too old, by TTL index or purge
    UNSEALED_AUDIT = "unsealed audit"
    FOLD = "fold"  # read models written by a batch of facts of many organizations


COLLECTIONS: Final[dict[Crossing, frozenset[str]]] = {
    Crossing.UNSENT_OUTBOX: frozenset({"outbox", "arrivals", "progress"}),
    Crossing.CONSUMER_PLACE: frozenset(
        {"applied", "parked", "dead_letters", "damaged", "progress", "outbox"}
    ),
    Crossing.DUE_TIMERS: frozenset({"timers"}),
    Crossing.WORK_LEASES: frozenset(
        {"leases", "channels", "cursors", "deliveries", "connections", "lookups"}
    ),
    Crossing.BY_SECRET: frozenset(
        {"accounts", "sessions", "keys", "organizations", "people", "calendar_feeds"}
    ),
    Crossing.EXPIRY: frozenset({"outbox", "idempotency", "arrivals"}),
    Crossing.UNSEALED_AUDIT: frozenset({"audit_entries", "audit_chain", "audit_roots"}),
    Crossing.FOLD: frozenset({"fact_log", "folds", "generations", "day_documents"}),
}


def cross(database: GuardedDatabase, why: Crossing, collection: str) -> Collection[dict[str, Any]]:
    """The bare collection, for this reason only; UnscopedQuery if it is not on the list.

    May be kept: it finds the handle that fits the moment, inside a transaction or outside.
    """
    if collection not in COLLECTIONS[why]:
        raise UnscopedQuery(
            f"{collection} is not open to {why.value}: see chassis.tenancy.crossing"
        )
    return cast("Collection[dict[str, Any]]", _Crossed(database, collection))


class _Crossed:
    """Stands for a bare collection, which is another handle inside a transaction."""

    def __init__(self, database: GuardedDatabase, collection: str) -> None:
        self._database = database
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database.unguarded[self._collection], name)
