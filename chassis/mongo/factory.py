"""Makes units of work over MongoDB and runs them, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, PyMongoError

from chassis.errors import Conflict
from chassis.mongo.batch import MongoBatchWork
from chassis.mongo.client import guarded_database
from chassis.mongo.flush import duplicate_fields, flush
from chassis.mongo.ledger import MongoLedger, MongoTimers
from chassis.mongo.mapping import Mappings
from chassis.mongo.stamp import Pending, Stamp, no_trace
from chassis.mongo.transaction import run_in_transaction
from chassis.mongo.work import MongoReader, MongoWork
from chassis.ports import Actor, ActorKind, BatchWork, Clock, Ids, Work
from chassis.tenancy.guard import GuardedDatabase

T = TypeVar("T")


def service_actor(service: str) -> Actor:
    """The service itself, where no person acts."""
    return Actor(kind=ActorKind.SERVICE, account_id=service, source=service)


@dataclass(frozen=True)
class WorkFactory:
    """Everything a unit of work needs. ``trace`` tells the traceparent of the running request."""

    client: MongoClient[dict[str, Any]]
    database_name: str
    mappings: Mappings
    clock: Clock
    ids: Ids
    service: str
    trace: Callable[[], str | None] = no_trace

    @cached_property
    def database(self) -> GuardedDatabase:
        """The service's own database."""
        return guarded_database(self.client, self.database_name)

    @cached_property
    def ledger(self) -> MongoLedger:
        """Idempotency records."""
        return MongoLedger(self.database)

    @cached_property
    def timers(self) -> MongoTimers:
        """Due timers."""
        return MongoTimers(self.database)

    def reader(self, org_id: str) -> MongoReader:
        """Reads of one organization outside of a transaction."""
        return MongoReader(self.database, self.mappings, org_id)

    def run(self, actor: Actor, org_id: str, fn: Callable[[Work], T]) -> T:
        """The answer of ``fn``, committed; it may run many times. Raises its Refusal."""

        def attempt(_: ClientSession) -> T:
            stamp, pending = self._stamp(actor), Pending()
            work = MongoWork(self.database, self.mappings, org_id, stamp=stamp, pending=pending)
            return self._flushed(lambda: fn(work), pending)

        return run_in_transaction(self.client, attempt)

    def run_batch(self, fn: Callable[[BatchWork], T]) -> T:
        """The answer of ``fn`` over many organizations, committed; it may run many times."""

        def attempt(_: ClientSession) -> T:
            stamp, pending = self._stamp(service_actor(self.service)), Pending()
            batch = MongoBatchWork(self.database, self.mappings, stamp=stamp, pending=pending)
            return self._flushed(lambda: fn(batch), pending)

        return run_in_transaction(self.client, attempt)

    def _stamp(self, actor: Actor) -> Stamp:
        return Stamp(actor, self.clock.now(), self.ids, self.trace)

    def _flushed(self, fn: Callable[[], T], pending: Pending) -> T:
        try:
            answer = fn()
            flush(self.database, pending)
        except BulkWriteError as error:
            if duplicate_fields(error) is None:
                raise
            # An id that was used before, or a writer that spoke for the same aggregate.
            raise Conflict("an audit entry or fact of this revision is there already") from error
        except PyMongoError as error:
            if pending.refusal is None:
                raise
            raise pending.refusal from error
        return answer
