"""Units of work in memory: the twin for tests of use cases, handlers and loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from chassis.errors import Conflict, UnscopedQuery
from chassis.memory.store import MemoryStore, matches, value_at
from chassis.mongo.factory import service_actor
from chassis.mongo.mapping import Mapping, Mappings
from chassis.mongo.stamp import Pending, Stamp, TimerStart, Written, no_trace
from chassis.mongo.unit import Query, UnitOfWork, UnitReader, plain_value
from chassis.ports import Actor, BatchWork, Change, Clock, Entity, Ids, Work
from chassis.stores import Record, Timer

T = TypeVar("T")
E = TypeVar("E", bound=Entity)
_ATTEMPTS = 20


def _select(
    store: MemoryStore, mapping: Mapping[Any], query: Query, *, order: str | None, limit: int
) -> list[dict[str, Any]]:
    wanted = {("_id" if k == "id" else k.replace("__", ".")): v for k, v in query.items()}
    unknown = {name.split(".")[0] for name in wanted} - _names(mapping)
    if unknown:
        raise LookupError(f"{mapping.collection} has no {sorted(unknown)}")
    rows = [row for row in store.all(mapping.collection) if matches(row, wanted)]
    if order:
        field = order.lstrip("-+").replace("__", ".")
        rows.sort(key=lambda row: _sortable(value_at(row, field)), reverse=order[0] == "-")
    return rows[:limit]


def _names(mapping: Mapping[Any]) -> set[str]:
    return {"_id", "v", *mapping.entity.__struct_fields__}


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


class MemoryReader(UnitReader):
    """Reads of one organization."""

    def __init__(self, store: MemoryStore, mappings: Mappings, org_id: str) -> None:
        super().__init__(mappings, org_id)
        self._store = store

    def _select(
        self, mapping: Mapping[Any], equals: Query, *, order: str | None, limit: int
    ) -> list[dict[str, Any]]:
        query = {"org_id": self._org_id, **equals}
        return _select(self._store, mapping, query, order=order, limit=limit)


class MemoryWork(UnitOfWork):
    """One transaction in one organization."""

    def __init__(
        self,
        store: MemoryStore,
        mappings: Mappings,
        org_id: str,
        *,
        stamp: Stamp,
        pending: Pending,
    ) -> None:
        super().__init__(mappings, org_id, stamp=stamp, pending=pending)
        self._store = store

    def _select(
        self, mapping: Mapping[Any], equals: Query, *, order: str | None, limit: int
    ) -> list[dict[str, Any]]:
        query = {"org_id": self._org_id, **equals}
        return _select(self._store, mapping, query, order=order, limit=limit)

    def _insert(self, mapping: Mapping[Any], written: Written[Any]) -> None:
        self._store.insert(mapping.collection, written.stored)

    def _replace(self, mapping: Mapping[Any], written: Written[Any]) -> None:
        self._compare(mapping, written.entity, written.entity.rev - 1)
        self._store.put(mapping.collection, written.stored)

    def _delete(self, mapping: Mapping[Any], entity: Entity) -> None:
        self._compare(mapping, entity, entity.rev)
        self._store.delete(mapping.collection, entity.id)

    def _compare(self, mapping: Mapping[Any], entity: Entity, rev: int) -> None:
        found = self._store.get(mapping.collection, entity.id)
        if not found or found["org_id"] != self._org_id or found["rev"] != rev:
            raise Conflict(f"{mapping.collection} {entity.id} changed meanwhile")


class MemoryBatchWork:
    """One transaction over many organizations."""

    def __init__(
        self, store: MemoryStore, mappings: Mappings, *, stamp: Stamp, pending: Pending
    ) -> None:
        self._store = store
        self._mappings = mappings
        self._stamp = stamp
        self._pending = pending

    @property
    def now(self) -> datetime:
        """One moment for the whole transaction."""
        return self._stamp.now

    @property
    def ids(self) -> Ids:
        """Where ids come from."""
        return self._stamp.ids

    @property
    def database(self) -> Any:
        """There is none: adapters that need one are tested against the real one."""
        raise UnscopedQuery("the twin in memory has no database")

    def load(self, kind: type[E], org_id: str, idents: Sequence[str]) -> dict[str, E]:
        """Those of the entities that exist, by id."""
        return {one.id: one for one in self.find(kind, org_id, id=list(idents))}

    def find(self, kind: type[E], org_id: str, **equals: Any) -> list[E]:
        """Entities whose fields equal these (a list or tuple means any of them)."""
        mapping = self._mappings.of(kind)
        query = {"org_id": org_id, **{key: plain_value(value) for key, value in equals.items()}}
        rows = _select(self._store, mapping, query, order=None, limit=10**9)
        return [mapping.from_stored(row) for row in rows]

    def write(self, changes: Sequence[Change]) -> None:
        """As the real one: Conflict where a unique key or a revision was taken."""
        for change in changes:
            self._write(change)

    def single(self, org_id: str) -> Work:
        """The same transaction as a Work of one organization."""
        return self._single(org_id)

    def _single(self, org_id: str) -> MemoryWork:
        return MemoryWork(
            self._store, self._mappings, org_id, stamp=self._stamp, pending=self._pending
        )

    def _write(self, change: Change) -> None:
        work = self._single(change.entity.org_id)
        try:
            if change.is_new:
                work.add(change.entity, *change.facts)
            else:
                work.save(change.entity, *change.facts, reason=change.reason)
        except Exception as error:
            if self._pending.refusal is None:
                raise
            raise Conflict("a unique key was taken meanwhile") from error


class MemoryLedger:
    """Idempotency records."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def open(self, record: Record) -> bool:
        """Insert it; False if it was known."""
        if self._store.get("idempotency", record.id):
            return False
        self.close(record)
        return True

    def close(self, record: Record) -> None:
        """Keep the answer with it."""
        stored = msgspec.structs.asdict(record)
        self._store.put("idempotency", {"_id": record.id, **stored})

    def find(self, org_id: str, ident: str) -> Record | None:
        """What is known."""
        stored = self._store.get("idempotency", ident)
        return msgspec.convert(stored, Record) if stored and stored["org_id"] == org_id else None


class MemoryTimers:
    """Due timers."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """The oldest that are due."""
        rows = [row for row in self._store.all("timers") if row["due_at"] <= now]
        rows.sort(key=lambda row: (row["due_at"], row["_id"]))
        return [msgspec.convert({**row, "id": row["_id"]}, Timer) for row in rows[:limit]]

    def take(self, timer: Timer) -> bool:
        """Forget it, unless it moved."""
        found = self._store.get("timers", timer.id)
        if found is None or found["due_at"] != timer.due_at:
            return False
        return self._store.delete("timers", timer.id)


@dataclass(frozen=True)
class MemoryWorkFactory:
    """As WorkFactory; ``store`` is open to tests, as a database is."""

    mappings: Mappings
    clock: Clock
    ids: Ids
    service: str
    trace: Callable[[], str | None] = no_trace

    @cached_property
    def store(self) -> MemoryStore:
        """Everything that was committed."""
        return MemoryStore(self.mappings)

    @cached_property
    def ledger(self) -> MemoryLedger:
        """Idempotency records."""
        return MemoryLedger(self.store)

    @cached_property
    def timers(self) -> MemoryTimers:
        """Due timers."""
        return MemoryTimers(self.store)

    def reader(self, org_id: str) -> MemoryReader:
        """Reads of one organization."""
        return MemoryReader(self.store, self.mappings, org_id)

    def run(self, actor: Actor, org_id: str, fn: Callable[[Work], T]) -> T:
        """The answer of ``fn``, committed; it may run many times. Raises its Refusal."""

        def attempt() -> T:
            stamp, pending = self._stamp(actor), Pending()
            work = MemoryWork(self.store, self.mappings, org_id, stamp=stamp, pending=pending)
            answer = fn(work)
            self._flush(pending)
            return answer

        return self._repeat(attempt)

    def run_batch(self, fn: Callable[[BatchWork], T]) -> T:
        """The answer of ``fn`` over many organizations, committed; it may run many times."""

        def attempt() -> T:
            stamp, pending = self._stamp(service_actor(self.service)), Pending()
            batch = MemoryBatchWork(self.store, self.mappings, stamp=stamp, pending=pending)
            answer = fn(batch)
            self._flush(pending)
            return answer

        return self._repeat(attempt)

    def _repeat(self, attempt: Callable[[], T]) -> T:
        for _ in range(_ATTEMPTS):
            try:
                with self.store.transaction():
                    return attempt()
            except Conflict as error:
                last = error
        raise last

    def _stamp(self, actor: Actor) -> Stamp:
        return Stamp(actor, self.clock.now(), self.ids, self.trace)

    def _flush(self, pending: Pending) -> None:
        if pending.refusal is not None:
            raise pending.refusal
        for entry in pending.audit:
            self.store.insert("audit_entries", entry)
        for row in pending.outbox:
            self.store.insert("outbox", row)
        for timer in pending.timers:
            if isinstance(timer, TimerStart):
                self.store.put("timers", timer.row())
                continue
            for row in self.store.all("timers"):
                if matches(row, timer.query()):
                    self.store.delete("timers", row["_id"])
