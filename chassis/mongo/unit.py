"""What every unit of work does, whatever it stores in: reads by equality, stamped writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from chassis.errors import Refusal, RefusalCode, not_found
from chassis.mongo.mapping import Mapping, Mappings
from chassis.mongo.stamp import Pending, Stamp, TimerStart, TimerStop, Written
from chassis.ports import Actor, Entity, Ids
from contracts.facts import Fact

E = TypeVar("E", bound=Entity)
Query = dict[str, Any]


def plain_value(value: Any) -> Any:
    """An enumeration as its value, also inside lists."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(item) for item in value]
    return value


def already_exists(collection: str, fields: Sequence[str]) -> Refusal:
    """A unique key is taken; ``fields`` of the key tell the caller which, without its values."""
    names = [name for name in fields if name != "org_id"]
    data = {"collection": collection, "fields": names}
    sentence = f"Another one with the same {' and '.join(names) or 'key'} exists already."
    return Refusal(RefusalCode.ALREADY_EXISTS, sentence, data=data)


class UnitReader(ABC):
    """Reads of one organization."""

    def __init__(self, mappings: Mappings, org_id: str) -> None:
        self._mappings = mappings
        self._org_id = org_id

    @property
    def org_id(self) -> str:
        """The organization everything here is bound to."""
        return self._org_id

    @abstractmethod
    def _select(
        self, mapping: Mapping[Any], equals: Query, *, order: str | None, limit: int
    ) -> list[dict[str, Any]]: ...

    def get(self, kind: type[E], ident: str) -> E:
        """The entity, or Refusal NotFound: also for another organization's id."""
        found = self.first(kind, id=ident)
        if found is None:
            raise not_found(kind.__name__, ident)
        return found

    def first(self, kind: type[E], **equals: Any) -> E | None:
        """The first entity whose fields equal these, in the order of ids."""
        found = self.find(kind, limit=1, **equals)
        return found[0] if found else None

    def find(
        self, kind: type[E], *, order: str | None = None, limit: int = 1000, **equals: Any
    ) -> list[E]:
        """Entities whose fields equal these (a list means any of them).

        ``order`` names a field, ``-`` before it for descending; ties are in the order of ids. A
        field of an embedded object is written ``author__handle``.
        """
        mapping = self._mappings.of(kind)
        query = {key: plain_value(value) for key, value in equals.items()}
        rows = self._select(mapping, query, order=order, limit=limit)
        return [mapping.from_stored(row) for row in rows]


class UnitOfWork(UnitReader):
    """One transaction in one organization; the store is left to subclasses."""

    def __init__(self, mappings: Mappings, org_id: str, *, stamp: Stamp, pending: Pending) -> None:
        super().__init__(mappings, org_id)
        self._stamp = stamp
        self._pending = pending

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._stamp.actor

    @property
    def now(self) -> datetime:
        """One moment for the whole transaction."""
        return self._stamp.now

    @property
    def ids(self) -> Ids:
        """Where ids come from."""
        return self._stamp.ids

    @abstractmethod
    def _insert(self, mapping: Mapping[Any], written: Written[Any]) -> None: ...

    @abstractmethod
    def _replace(self, mapping: Mapping[Any], written: Written[Any]) -> None: ...

    @abstractmethod
    def _delete(self, mapping: Mapping[Any], entity: Entity) -> None: ...

    def add(self, entity: E, *facts: Fact) -> E:
        """Store a new entity with its facts and audit entry; AlreadyExists on a unique key."""
        if entity.rev:
            raise ValueError(f"{type(entity).__name__} {entity.id} was stored before: save it")
        mapping, written = self._stamped(entity, facts, "")
        try:
            self._insert(mapping, written)
        except Refusal as refusal:
            self._pending.refusal = refusal
            raise
        return written.entity

    def save(self, entity: E, *facts: Fact, reason: str = "") -> E:
        """Replace it if its rev is still the stored one (else Conflict); with facts and audit."""
        mapping, written = self._stamped(entity, facts, reason)
        self._replace(mapping, written)
        return written.entity

    def remove(self, entity: Entity, *, reason: str = "") -> None:
        """Delete a row nothing refers to, if its rev is still the stored one; with audit entry."""
        self._check_org(entity)
        mapping = self._mappings.of(type(entity))
        self._stamp.remove(mapping, entity, self._pending, reason=reason)
        self._delete(mapping, entity)

    def start_timer(self, kind: str, subject_id: str, due_at: datetime) -> None:
        """A row that becomes a call of the timer handler at ``due_at``; one per kind and subject."""
        self._pending.timers.append(TimerStart(self._org_id, kind, subject_id, due_at))

    def stop_timers(self, subject_id: str, kind: str | None = None) -> None:
        """Forget timers of a subject."""
        self._pending.timers.append(TimerStop(self._org_id, subject_id, kind))

    def _stamped(
        self, entity: E, facts: Sequence[Fact], reason: str
    ) -> tuple[Mapping[E], Written[E]]:
        self._check_org(entity)
        mapping = self._mappings.of(type(entity))
        written = self._stamp.write((mapping, entity), facts, self._pending, reason=reason)
        mapping.validate(written.stored)
        return mapping, written

    def _check_org(self, entity: Entity) -> None:
        if entity.org_id != self._org_id:
            raise not_found(type(entity).__name__, entity.id)
