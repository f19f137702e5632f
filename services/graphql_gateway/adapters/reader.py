"""Reads of the gateway: the one place where organization and time limit join every operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from pymongo.errors import ExecutionTimeout, PyMongoError

from chassis.errors import Unavailable
from chassis.tenancy.guard import GuardedCollection, GuardedDatabase
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.execution.bindings import Row
from services.graphql_gateway.execution.reading import Find, both

PAGE_BATCH: Final = 102
"""Rows a find brings at once: the largest page, the row that says there is more, and one."""


@contextmanager
def reading() -> Iterator[None]:
    """Turns what the driver raises into TimedOut or Unavailable."""
    try:
        yield
    except ExecutionTimeout as error:
        raise Refusal(RefusalCode.TIMED_OUT, "This took too long to read.") from error
    except PyMongoError as error:
        message = "the database cannot be read"
        raise Unavailable(message) from error


class MongoReader:
    """Readers over the owners' databases; ``databases``: owner of a view to its database."""

    def __init__(self, databases: Mapping[str, GuardedDatabase], *, max_time_ms: int) -> None:
        self._databases, self._max_time_ms = databases, max_time_ms

    def of(self, org_id: str) -> MongoOrgReader:
        """The reader of one organization; a reader without one cannot be made."""
        if not org_id:
            message = "a reader needs an organization"
            raise ValueError(message)
        return MongoOrgReader(self._databases, org_id, self._max_time_ms)


class MongoOrgReader:
    """Reads one organization on the primary with majority concern."""

    def __init__(
        self, databases: Mapping[str, GuardedDatabase], org_id: str, max_time_ms: int
    ) -> None:
        self._databases, self._max_time_ms = databases, max_time_ms
        self.org_id = org_id

    def find(self, wanted: Find) -> list[Row]:
        """Rows in order; see OrgReader."""
        options: dict[str, Any] = {"limit": wanted.limit} if wanted.limit else {}
        if 0 < wanted.limit <= PAGE_BATCH:
            options["batch_size"] = wanted.limit + 1
        if wanted.order is not None:
            options["sort"] = wanted.order.spec
        with reading():
            found = self._collection(wanted).find(
                self._scoped(wanted.where),
                dict.fromkeys(sorted(wanted.fields), 1),
                max_time_ms=self._max_time_ms,
                **options,
            )
            return list(found)

    def find_per_key(self, wanted: Find, by: str, keys: Sequence[str]) -> dict[str, list[Row]]:
        """One operation for all keys; for one key a plain find, which stops at the limit."""
        if len(keys) == 1:
            one = Find(
                wanted.view, both({by: keys[0]}, wanted.where), wanted.fields, wanted.order,
                wanted.limit,
            )  # fmt: skip
            return {keys[0]: self.find(one)}
        with reading():
            groups = self._collection(wanted).aggregate(
                self._per_key(wanted, by, keys), maxTimeMS=self._max_time_ms
            )
            return {group["_id"]: group["rows"] for group in groups}

    def _per_key(self, wanted: Find, by: str, keys: Sequence[str]) -> list[Row]:
        assert wanted.order is not None
        output = {name: f"${name}" for name in sorted(wanted.fields)}
        top = {"n": wanted.limit, "sortBy": dict(wanted.order.spec), "output": output}
        return [
            {"$match": self._scoped(both({by: {"$in": list(keys)}}, wanted.where))},
            {"$group": {"_id": f"${by}", "rows": {"$topN": top}}},
        ]

    def _scoped(self, where: Row) -> Row:
        return {"org_id": self.org_id, "$and": [where]} if where else {"org_id": self.org_id}

    def _collection(self, wanted: Find) -> GuardedCollection:
        return self._databases[wanted.view.OWNER][wanted.view.COLLECTION]
