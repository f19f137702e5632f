"""The guard: a collection that refuses what does not name its organization (S1).

A wrapper, because the driver swallows what its own command listeners raise. It serves raw calls and
mongoengine's query sets alike; whatever it does not list, it does not offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from chassis.errors import UnscopedQuery
from chassis.mongo.concern import SILENT, in_transaction
from chassis.tenancy.scope import (
    check_replacement,
    check_update,
    org_of_document,
    org_of_filter,
    org_of_pipeline,
)

Document = dict[str, Any]


class GuardedCollection:
    """A pymongo collection whose every call is bound to one organization."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._durable = collection
        self._silent = collection.with_options(write_concern=SILENT)

    @property
    def _collection(self) -> Collection[Document]:
        return self._silent if in_transaction() else self._durable

    @property
    def name(self) -> str:
        return self._collection.name

    @property
    def codec_options(self) -> Any:
        return self._collection.codec_options

    @property
    def write_concern(self) -> Any:
        return self._collection.write_concern

    @property
    def read_concern(self) -> Any:
        return self._collection.read_concern

    def with_options(self, *args: Any, **options: Any) -> GuardedCollection:
        """The same guard over other codec options, concerns or preferences."""
        return GuardedCollection(self._durable.with_options(*args, **options))

    def find(self, filter: Any = None, *args: Any, **options: Any) -> Any:  # noqa: A002 - pymongo's
        org_of_filter(filter)
        return self._collection.find(filter, *args, **options)

    def find_one(self, filter: Any = None, *args: Any, **options: Any) -> Any:  # noqa: A002
        org_of_filter(filter)
        return self._collection.find_one(filter, *args, **options)

    def count_documents(self, filter: Any, **options: Any) -> int:  # noqa: A002
        org_of_filter(filter)
        return self._collection.count_documents(filter, **options)

    def distinct(self, key: str, filter: Any = None, **options: Any) -> list[Any]:  # noqa: A002
        org_of_filter(filter)
        return self._collection.distinct(key, filter, **options)

    def aggregate(self, pipeline: Any, **options: Any) -> Any:
        org_of_pipeline(pipeline)
        return self._collection.aggregate(pipeline, **options)

    def insert_one(self, document: Any, **options: Any) -> Any:
        org_of_document(document)
        return self._collection.insert_one(document, **options)

    def insert_many(self, documents: Iterable[Any], **options: Any) -> Any:
        items = list(documents)
        for item in items:
            org_of_document(item)
        return self._collection.insert_many(items, **options)

    def replace_one(self, filter: Any, replacement: Any, **options: Any) -> Any:  # noqa: A002
        check_replacement(filter, replacement)
        return self._collection.replace_one(filter, replacement, **options)

    def update_one(self, filter: Any, update: Any, **options: Any) -> Any:  # noqa: A002
        check_update(filter, update)
        return self._collection.update_one(filter, update, **options)

    def update_many(self, filter: Any, update: Any, **options: Any) -> Any:  # noqa: A002
        check_update(filter, update)
        return self._collection.update_many(filter, update, **options)

    def delete_one(self, filter: Any, **options: Any) -> Any:  # noqa: A002
        org_of_filter(filter)
        return self._collection.delete_one(filter, **options)

    def delete_many(self, filter: Any, **options: Any) -> Any:  # noqa: A002
        org_of_filter(filter)
        return self._collection.delete_many(filter, **options)

    def find_one_and_update(self, filter: Any, update: Any, **options: Any) -> Any:  # noqa: A002
        check_update(filter, update)
        return self._collection.find_one_and_update(filter, update, **options)

    def find_one_and_replace(self, filter: Any, replacement: Any, **options: Any) -> Any:  # noqa: A002
        check_replacement(filter, replacement)
        return self._collection.find_one_and_replace(filter, replacement, **options)

    def find_one_and_delete(self, filter: Any, **options: Any) -> Any:  # noqa: A002
        org_of_filter(filter)
        return self._collection.find_one_and_delete(filter, **options)

    def bulk_write(self, requests: Sequence[Any], **options: Any) -> Any:
        """Every operation is bound to an organization; they need not share one."""
        for request in requests:
            _check_request(request)
        return self._collection.bulk_write(requests, **options)


def _check_request(request: Any) -> None:
    # The operations of pymongo keep their arguments in attributes that have no public reader.
    match request:
        case InsertOne():
            org_of_document(request._doc)  # noqa: SLF001
        case ReplaceOne():
            check_replacement(request._filter, request._doc)  # noqa: SLF001
        case UpdateOne() | UpdateMany():
            check_update(request._filter, request._doc)  # noqa: SLF001
        case DeleteOne() | DeleteMany():
            org_of_filter(request._filter)  # noqa: SLF001
        case _:
            raise UnscopedQuery(f"{type(request).__name__} is not known to the guard")


class GuardedDatabase:
    """A database that hands out guarded collections only.

    ``unguarded`` is for ``chassis.tenancy.crossing`` and ``chassis.prepare``; a guard test of the
    tree keeps it there.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._durable = database
        self._silent = database.with_options(write_concern=SILENT)
        self._collections: dict[str, GuardedCollection] = {}

    @property
    def name(self) -> str:
        return self._durable.name

    def __getitem__(self, name: str) -> GuardedCollection:
        found = self._collections.get(name)
        if found is None:
            found = self._collections[name] = GuardedCollection(self._durable[name])
        return found

    @property
    def unguarded(self) -> Database[Document]:
        """The bare database, for this moment: inside a transaction it is another handle."""
        return self._silent if in_transaction() else self._durable
