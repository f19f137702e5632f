"""What ingest's use cases need from the world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

import msgspec

from chassis.ports import Actor, Entity, Work
from contracts.commands import Answer, Command
from contracts.ingest import Health
from contracts.workflow.deliveries import Outcome, Purpose
from services.ingest.domain.listening.arrival import Arrival
from services.ingest.domain.listening.message import Cursor, Unread

E = TypeVar("E", bound=Entity)
T = TypeVar("T")


class Reader(Protocol):
    """Reads of one organization; a unit of work is one too."""

    @property
    def org_id(self) -> str: ...
    def first(self, kind: type[E], **equals: Any) -> E | None: ...
    def get(self, kind: type[E], ident: str) -> E: ...


class Units(Protocol):
    """Transactions of one organization, and reads outside of them."""

    def run(self, actor: Actor, org_id: str, fn: Callable[[Work], T]) -> T: ...
    def reader(self, org_id: str) -> Reader: ...


class Files(Protocol):
    """Bytes of media by organization and SHA-256; ``chassis.blobs`` and its memory twin."""

    def get(self, org_id: str, sha256: str) -> bytes:
        """The bytes; Refusal NotFound, OSError if the store is away or damaged."""
        ...

    def put(self, org_id: str, content: bytes) -> object:
        """Durable when it returns; OSError if the store is away."""
        ...


class Cipher(Protocol):
    """Envelope encryption; every result is base64. ``place`` binds a secret to where it belongs."""

    @property
    def master(self) -> str:
        """The name of the master key that wraps now."""
        ...

    def new_data_key(self, place: str) -> str:
        """A random data key, wrapped by the master key."""
        ...

    def seal(self, wrapped: str, key_place: str, *, place: str, plain: bytes) -> str: ...

    def unseal(self, wrapped: str, key_place: str, *, place: str, sealed: str) -> bytes:
        """The bytes again; Unreadable if a key, the place or a single bit is not the same."""
        ...


class Workflow(Protocol):
    """Orders to workflow; raises its Refusal, or Unavailable."""

    def send(self, command: Command, actor: Actor, *, key: str | None = None) -> Answer: ...


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One channel to poll, leased to us; ``fence`` guards what we write about it."""

    org_id: str
    channel_id: str
    fence: int
    wanted: int
    cursor: Cursor
    failures: int


class Turns(Protocol):
    """Which channel is polled when, shared by any number of pollers."""

    def start(self, org_id: str, channel_id: str, *, forget_cursor: bool) -> None:
        """Poll it from now on; joins the running transaction."""
        ...

    def stop(self, org_id: str, channel_id: str) -> None:
        """Never poll it again; joins the running transaction."""
        ...

    def take(self, owner: str, seconds: float) -> Turn | None:
        """One that is due and that nobody holds, for so long; None if there is none."""
        ...

    def give_back(self, turn: Turn, *, cursor: Cursor, failures: int, wait: float) -> None:
        """Write how far it got and when it is due again; a newer holder is not disturbed."""
        ...


class Wake(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery to ask workflow about, leased to us."""

    org_id: str
    delivery_id: str
    channel_id: str
    purpose: Purpose
    fence: int
    wanted: int
    failures: int


class Wakes(Protocol):
    """Deliveries that workflow said are due; the rows hold no state of theirs."""

    def take(self, owner: str, seconds: float) -> Wake | None:
        """One that is due and that nobody holds; None if there is none."""
        ...

    def done(self, wake: Wake) -> None:
        """Forget it, unless workflow said again that it is due."""
        ...

    def later(self, wake: Wake, wait: float) -> None:
        """Ask again in so many seconds."""
        ...


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """Something unreadable with where it came from; stored once however often it is seen."""

    org_id: str
    channel_id: str
    source: str
    item: Unread
    at: datetime


class Arrivals(Protocol):
    """Where arrivals and unreadable payloads are kept."""

    def store(self, arrivals: Sequence[Arrival]) -> int:
        """Insert those that are new; returns how many were."""
        ...

    def set_aside(self, items: Sequence[SetAside]) -> None: ...


class Point(StrEnum):
    """The named points of a send (P1): where a test may end the process."""

    BEFORE_CLAIM = "before claim"
    AFTER_CLAIM = "after claim"
    BEFORE_SEND = "before send"
    AFTER_BYTES_LEFT = "after the bytes left"
    AFTER_ANSWER = "after the answer"
    AFTER_RECORD = "after the record"


At = Callable[[Point], None]


def nowhere(_: Point) -> None:
    """The hook of a process that is not tested: nothing happens."""


class Report(Protocol):
    """Counts and log lines; never tenant data."""

    def polled(self, platform: str, health: Health, seconds: float) -> None: ...
    def arrived(self, platform: str, arrivals: Sequence[Arrival], stored: int) -> None: ...
    def unreadable(self, source: str, count: int) -> None: ...
    def attempted(self, platform: str, purpose: Purpose, outcome: Outcome) -> None: ...
    def needs_person(self, platform: str) -> None:
        """A delivery came to where only a person can say what became of it."""
        ...

    def not_granted(self, reason: str) -> None: ...
    def bug(self, where: str, error: Exception) -> None:
        """A connector broke its promise; the channel fails, the process goes on."""
        ...
