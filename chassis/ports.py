"""The shapes that application code is written against: protocols and plain values, no I/O.

Services' ``application`` rooms may import this module (docs/decisions/0002): it names no driver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

import msgspec

from contracts.commands import Answer
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.permissions import Permission


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """Aware UTC, cut to milliseconds."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class Ids(Protocol):
    """Where ids come from."""

    def new(self) -> str:
        """A UUIDv7 string."""
        ...

    def derived(self, *parts: str) -> str:
        """A UUIDv5 string of an outside key; the same parts give the same id everywhere."""
        ...


class ActorKind(StrEnum):
    """Who acts."""

    PERSON = "person"
    SERVICE = "service"
    OPERATOR = "operator"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, for whom and from where; made from a verified token only.

    ``scopes`` narrows what the person may do (API keys); None means no narrowing.
    """

    kind: ActorKind
    account_id: str
    org_id: str | None = None
    person_id: str | None = None
    session_id: str | None = None
    scopes: frozenset[Permission] | None = None
    source: str = ""


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Stored state of one aggregate of one organization.

    ``rev`` counts writes (compare-and-set), ``seq`` the facts spoken about it (gapless). Both are
    set by the unit of work, never by domain code.
    """

    id: str
    org_id: str
    rev: int = 0
    seq: int = 0


E = TypeVar("E", bound=Entity)


class Work(Protocol):
    """One transaction in one organization: state, audit entry, facts and idempotency record."""

    @property
    def org_id(self) -> str: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def now(self) -> datetime: ...
    @property
    def ids(self) -> Ids: ...

    def get(self, kind: type[E], ident: str) -> E:
        """The entity, or Refusal NotFound: also for another organization's id."""
        ...

    def first(self, kind: type[E], **equals: Any) -> E | None:
        """The first entity whose fields equal these, in the order of ids."""
        ...

    def find(
        self, kind: type[E], *, order: str | None = None, limit: int = 1000, **equals: Any
    ) -> list[E]:
        """Entities whose fields equal these (a list or tuple means any of them)."""
        ...

    def add(self, entity: E, *facts: Fact) -> E:
        """Store a new entity with its facts and audit entry; AlreadyExists on a unique key."""
        ...

    def save(self, entity: E, *facts: Fact, reason: str = "") -> E:
        """Replace it if its rev is still the stored one (else Conflict); with facts and audit."""
        ...

    def remove(self, entity: Entity, *, reason: str = "") -> None:
        """Delete a row nothing refers to, if its rev is still the stored one; with audit entry."""
        ...

    def start_timer(self, kind: str, subject_id: str, due_at: datetime) -> None:
        """A row that a sweeper turns into a call of the service's timer handler at ``due_at``."""
        ...

    def stop_timers(self, subject_id: str, kind: str | None = None) -> None:
        """Forget timers of a subject."""
        ...


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One write of a batch: an entity with the facts it speaks."""

    entity: Entity
    facts: tuple[Fact, ...] = ()
    is_new: bool = False
    reason: str = ""


class BatchWork(Protocol):
    """One transaction over a batch of facts of many organizations (consumers)."""

    @property
    def now(self) -> datetime: ...
    @property
    def ids(self) -> Ids: ...

    @property
    def database(self) -> Any:
        """The guarded pymongo database, bound to the transaction: for adapters only."""
        ...

    def load(self, kind: type[E], org_id: str, idents: Sequence[str]) -> dict[str, E]:
        """Those of the entities that exist, by id."""
        ...

    def find(self, kind: type[E], org_id: str, **equals: Any) -> list[E]:
        """Entities whose fields equal these (a list or tuple means any of them)."""
        ...

    def write(self, changes: Sequence[Change]) -> None:
        """Bulk insert and compare-and-set with audit entries and facts; Conflict if one lost."""
        ...

    def single(self, org_id: str) -> Work:
        """The same transaction as a Work of one organization, acting as the service itself."""
        ...


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """One fact as a consumer hands it on: decoded, in line, not seen before."""

    envelope: Envelope
    fact: Fact


UseCase = Callable[[Any, Work], Answer]
"""Handles one command inside one transaction: ``(command, work) -> answer``."""

BatchHandler = Callable[[Sequence[Delivered], BatchWork], None]
"""Handles a batch of facts inside one transaction; must be safe to run twice."""

TimerHandler = Callable[[str, Work], None]
"""Handles one due timer: ``(subject_id, work)``; must be safe to run twice."""
