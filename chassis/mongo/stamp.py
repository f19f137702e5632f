"""What a write of an entity adds to it: revision, sequence, audit entry, rows of the outbox.

Pure: the same for the database and for the twin in memory. The hash of a state is SHA-256 over the
BSON bytes exactly as they are stored, so hashing costs one pass over bytes that are made anyway,
and the verifier hashes what it reads without decoding. An entry holds the hash after the write
only: the hash before is the one of the entry with the revision before (docs/decisions).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import bson
import msgspec
from bson.raw_bson import RawBSONDocument

from chassis.clock import to_milliseconds
from chassis.errors import Refusal
from chassis.mongo.mapping import Mapping
from chassis.outbox.rows import outbox_row
from chassis.ports import Actor, Entity, Ids
from chassis.tenancy.slots import slot_of
from contracts.facts import Fact

E = TypeVar("E", bound=Entity)
Row = dict[str, Any]


def no_trace() -> str | None:
    """For processes that trace nothing."""
    return None


def entry_id(org_id: str, kind: str, state: tuple[str, int]) -> str:
    """Sorts by organization, aggregate and revision; makes two entries of one revision impossible."""
    ident, rev = state
    return f"{org_id}/{kind}/{ident}/{rev:09d}"


@dataclass(frozen=True)
class TimerStart:
    """A timer to set; one that runs for the same kind and subject moves."""

    org_id: str
    kind: str
    subject_id: str
    due_at: datetime

    def row(self) -> Row:
        """The row as stored."""
        return {
            "_id": f"{self.org_id}/{self.kind}/{self.subject_id}",
            "org_id": self.org_id,
            "slot": slot_of(self.org_id),
            "kind": self.kind,
            "subject_id": self.subject_id,
            "due_at": to_milliseconds(self.due_at),
        }


@dataclass(frozen=True)
class TimerStop:
    """Timers to forget; all kinds of the subject if ``kind`` is None."""

    org_id: str
    subject_id: str
    kind: str | None

    def query(self) -> Row:
        """The filter of the rows to delete."""
        query: Row = {"org_id": self.org_id, "subject_id": self.subject_id}
        return query if self.kind is None else {**query, "kind": self.kind}


@dataclass
class Pending:
    """What is written once, at the end of the transaction."""

    audit: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    timers: list[TimerStart | TimerStop] = field(default_factory=list)
    refusal: Refusal | None = None
    """A refused insert ends the transaction in the database; catching it does not revive it."""


@dataclass(frozen=True)
class Written(Generic[E]):
    """An entity as it is after the write, and its document in both forms."""

    entity: E
    stored: Row
    raw: RawBSONDocument


@dataclass(frozen=True)
class Stamp:
    """Who writes, when, and where ids and the trace come from."""

    actor: Actor
    now: datetime
    ids: Ids
    trace: Callable[[], str | None] = no_trace

    def write(
        self,
        change: tuple[Mapping[E], E],
        facts: Sequence[Fact],
        pending: Pending,
        *,
        reason: str = "",
    ) -> Written[E]:
        """The entity one revision later; its audit entry and facts join ``pending``."""
        mapping, before = change
        after = msgspec.structs.replace(before, rev=before.rev + 1, seq=before.seq + len(facts))
        stored = mapping.to_stored(after)
        encoded = bson.encode(stored)
        digest = hashlib.sha256(encoded).hexdigest()
        pending.audit.append(self._entry(mapping, after, digest=digest, reason=reason))
        if facts:
            self._speak(before, facts, pending.outbox)
        return Written(after, stored, RawBSONDocument(encoded))

    def remove(
        self, mapping: Mapping[Any], entity: Entity, pending: Pending, *, reason: str
    ) -> None:
        """The entry of a removal: one revision later there is no state, so there is no hash."""
        after = msgspec.structs.replace(entity, rev=entity.rev + 1)
        pending.audit.append(self._entry(mapping, after, digest=None, reason=reason))

    def _entry(
        self, mapping: Mapping[Any], after: Entity, *, digest: str | None, reason: str
    ) -> Row:
        kind = mapping.collection
        return {
            "_id": entry_id(after.org_id, kind, (after.id, after.rev)),
            "org_id": after.org_id,
            "slot": slot_of(after.org_id),
            "kind": kind,
            "aggregate_id": after.id,
            "rev_before": after.rev - 1,
            "rev_after": after.rev,
            "hash": digest,
            "actor": self._actor(),
            "reason": reason,
            "at": self.now,
            "sealed": False,
        }

    def _actor(self) -> Row:
        return {
            "kind": self.actor.kind.value,
            "account_id": self.actor.account_id,
            "person_id": self.actor.person_id,
            "session_id": self.actor.session_id,
        }

    def _speak(self, before: Entity, facts: Sequence[Fact], rows: list[Row]) -> None:
        trace = self.trace()
        if len({fact.TOPIC for fact in facts}) > 1:
            raise ValueError(f"facts of one {type(before).__name__} name more than one topic")
        for sequence, fact in enumerate(facts, before.seq + 1):
            place = (before.org_id, before.id, sequence)
            rows.append(
                outbox_row(fact, fact_id=self.ids.new(), place=place, at=self.now, trace=trace)
            )
