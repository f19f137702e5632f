"""Documents in memory with what the units of work rely on: unique keys and all or nothing."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import bson
from bson.codec_options import CodecOptions

from chassis.mongo.mapping import Mapping
from chassis.mongo.unit import already_exists

Document = dict[str, Any]
_AWARE: CodecOptions[Any] = CodecOptions(tz_aware=True)
_MISSING: Any = object()


class MemoryStore:
    """One transaction at a time; stored documents are never changed in place."""

    def __init__(self, mappings: Iterable[Mapping[Any]]) -> None:
        self._lock = threading.RLock()
        self._collections: dict[str, dict[str, Document]] = defaultdict(dict)
        self._unique = {mapping.collection: _unique_keys(mapping) for mapping in mappings}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it, or none: an exception puts every collection back."""
        with self._lock:
            before = {name: dict(rows) for name, rows in self._collections.items()}
            try:
                yield
            except BaseException:
                self._collections = defaultdict(dict, before)
                raise

    def all(self, collection: str) -> list[Document]:
        """Copies of all documents, in the order of ids."""
        with self._lock:
            rows = self._collections[collection]
            return [bson.decode(bson.encode(rows[key]), _AWARE) for key in sorted(rows)]

    def get(self, collection: str, ident: str) -> Document | None:
        """A copy of one document."""
        with self._lock:
            found = self._collections[collection].get(ident)
            return bson.decode(bson.encode(found), _AWARE) if found else None

    def insert(self, collection: str, document: Document) -> None:
        """AlreadyExists if its id or a unique key is taken."""
        with self._lock:
            if document["_id"] in self._collections[collection]:
                raise already_exists(collection, ["_id"])
            self.put(collection, document)

    def put(self, collection: str, document: Document) -> None:
        """Insert or replace by id; AlreadyExists if a unique key is taken by another."""
        with self._lock:
            self._check_unique(collection, document)
            copy = bson.decode(bson.encode(document), _AWARE)
            self._collections[collection][document["_id"]] = copy

    def delete(self, collection: str, ident: str) -> bool:
        """Whether it was there."""
        with self._lock:
            return self._collections[collection].pop(ident, None) is not None

    def _check_unique(self, collection: str, document: Document) -> None:
        for fields, condition in self._unique.get(collection, ()):
            if not matches(document, condition):
                continue
            key = {name: value_at(document, name) for name in fields}
            for other in self._collections[collection].values():
                same = other["_id"] != document["_id"] and matches(other, condition)
                if same and matches(other, key):
                    raise already_exists(collection, fields)


def matches(document: Document, equals: Document) -> bool:
    """Equality as MongoDB has it: a list of wanted values means any; an array holds its items."""
    for name, wanted in equals.items():
        found = value_at(document, name)
        found = None if found is _MISSING else found
        held = [*found, found] if isinstance(found, list) else [found]
        if not any(one in held for one in (wanted if isinstance(wanted, list) else [wanted])):
            return False
    return True


def value_at(document: Any, path: str) -> Any:
    """The value of a dotted path; None where nothing is."""
    for name in path.split("."):
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def _unique_keys(mapping: Mapping[Any]) -> list[tuple[list[str], Document]]:
    keys = []
    for spec in mapping.document._meta["index_specs"]:  # noqa: SLF001 - the parsed declaration
        if spec.get("unique"):
            condition = spec.get("partialFilterExpression", {})
            keys.append(([name for name, _ in spec["fields"]], condition))
    return keys
