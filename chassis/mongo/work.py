"""Reads and units of work over MongoDB for commands and timers, in one organization.

mongoengine serves these paths: it checks names of fields in queries and shapes in writes. Decoding
skips its document objects (18 times slower than dictionaries, measured).
"""

from __future__ import annotations

from typing import Any

from mongoengine.queryset import QuerySet
from pymongo.errors import DuplicateKeyError

from chassis.errors import Conflict
from chassis.mongo.flush import duplicate_fields
from chassis.mongo.mapping import Mapping, Mappings
from chassis.mongo.reach import reached
from chassis.mongo.stamp import Pending, Stamp, Written
from chassis.mongo.unit import Query, UnitOfWork, UnitReader, already_exists
from chassis.ports import Entity
from chassis.tenancy.guard import GuardedDatabase


def select(
    database: GuardedDatabase,
    mapping: Mapping[Any],
    query: Query,
    *,
    order: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Documents whose fields equal the query's; mongoengine refuses names it does not know."""
    lookups = {(f"{k}__in" if isinstance(v, list) else k): v for k, v in query.items()}
    ordering = (order, "id") if order else ("id",)
    rows = QuerySet(mapping.document, database[mapping.collection])
    with reached():
        return list(rows.filter(**lookups).order_by(*ordering).limit(limit).as_pymongo())


class MongoReader(UnitReader):
    """Reads outside of a transaction: what is committed by a majority."""

    def __init__(self, database: GuardedDatabase, mappings: Mappings, org_id: str) -> None:
        super().__init__(mappings, org_id)
        self._database = database

    def _select(
        self, mapping: Mapping[Any], equals: Query, *, order: str | None, limit: int
    ) -> list[dict[str, Any]]:
        query = {"org_id": self._org_id, **equals}
        return select(self._database, mapping, query, order=order, limit=limit)


class MongoWork(UnitOfWork):
    """One transaction in one organization; made by the factory, inside a bound session."""

    def __init__(
        self,
        database: GuardedDatabase,
        mappings: Mappings,
        org_id: str,
        *,
        stamp: Stamp,
        pending: Pending,
    ) -> None:
        super().__init__(mappings, org_id, stamp=stamp, pending=pending)
        self._database = database

    def _select(
        self, mapping: Mapping[Any], equals: Query, *, order: str | None, limit: int
    ) -> list[dict[str, Any]]:
        query = {"org_id": self._org_id, **equals}
        return select(self._database, mapping, query, order=order, limit=limit)

    def _insert(self, mapping: Mapping[Any], written: Written[Any]) -> None:
        try:
            self._database[mapping.collection].insert_one(written.raw)
        except DuplicateKeyError as error:
            raise already_exists(mapping.collection, duplicate_fields(error) or ()) from error

    def _replace(self, mapping: Mapping[Any], written: Written[Any]) -> None:
        query = self._still(written.entity)
        try:
            done = self._database[mapping.collection].replace_one(query, written.raw)
        except DuplicateKeyError as error:
            raise already_exists(mapping.collection, duplicate_fields(error) or ()) from error
        if done.matched_count != 1:
            raise Conflict(f"{mapping.collection} {written.entity.id} changed meanwhile")

    def _delete(self, mapping: Mapping[Any], entity: Entity) -> None:
        query = {"_id": entity.id, "org_id": self._org_id, "rev": entity.rev}
        if self._database[mapping.collection].delete_one(query).deleted_count != 1:
            raise Conflict(f"{mapping.collection} {entity.id} changed meanwhile")

    def _still(self, after: Entity) -> dict[str, Any]:
        return {"_id": after.id, "org_id": self._org_id, "rev": after.rev - 1}
