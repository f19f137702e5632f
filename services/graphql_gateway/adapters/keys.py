"""API keys by their id: the organization is what the look-up finds out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pymongo.errors import PyMongoError

from chassis.errors import Unavailable
from chassis.mongo.mapping import Mapping
from chassis.ports import Clock
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedDatabase
from services.graphql_gateway.application.freshness import Fresh
from services.graphql_gateway.domain.credentials import ApiKey

USE_SECONDS: Final = 60.0


class StoredKeys:
    """One find by primary key; uses are noted once a minute and process."""

    def __init__(self, database: GuardedDatabase, mapping: Mapping[ApiKey], clock: Clock) -> None:
        self._database, self._mapping, self._clock = database, mapping, clock
        self._noted: Fresh[bool] = Fresh(USE_SECONDS, clock.monotonic)

    def by_id(self, ident: str) -> ApiKey | None:
        """The key, whoever's it is. Raises Unavailable."""
        keys = cross(self._database, Crossing.BY_SECRET, self._mapping.collection)
        try:
            row: dict[str, Any] | None = keys.find_one({"_id": ident}, max_time_ms=2_000)
        except PyMongoError as error:
            message = "keys cannot be read"
            raise Unavailable(message) from error
        return self._mapping.from_stored(row) if row else None

    def used(self, key: ApiKey) -> None:
        """Note the use; not a change of the key's state, so it has no revision and no audit entry."""
        self._noted.get(key.id, lambda: self._note(key))

    def _note(self, key: ApiKey) -> bool:
        now = self._clock.now()
        if key.last_used_at is not None and now - key.last_used_at < timedelta(seconds=USE_SECONDS):
            return True
        try:
            self._database[self._mapping.collection].update_one(
                {"_id": key.id, "org_id": key.org_id}, {"$set": {"last_used_at": now}}
            )
        except PyMongoError:
            return False  # it was used; that nobody wrote it down harms nobody
        return True
