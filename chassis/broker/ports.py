"""What the runtime wants from a broker. Topics and groups are named without the namespace.

A broker may lose everything at any time and come back empty; every port says so by raising
``BrokerReplaced``, and the holder then builds new producers and consumers (rule 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from chassis.errors import Unavailable

Headers = tuple[tuple[str, bytes], ...]


class BrokerReplaced(Unavailable):
    """The topic is not the one this producer or consumer was made for: the broker lost its data."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent. ``partition`` None: by the key, so that equal keys keep their order."""

    topic: str
    value: bytes
    key: bytes | None = None
    headers: Headers = ()
    partition: int | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is received, with its position in the log. ``timestamp`` is the broker's or sender's."""

    topic: str
    partition: int
    offset: int
    value: bytes
    key: bytes | None = None
    headers: Headers = ()
    timestamp: datetime | None = None


class Producer(Protocol):
    """Sends in order per key."""

    def send(self, messages: Sequence[Message]) -> None:
        """Returns when every message is acknowledged; Unavailable if any is not (some may be)."""
        ...

    def close(self) -> None: ...


class Consumer(Protocol):
    """One member of a durable group on one topic, or a reader without a group."""

    def poll(self, max_records: int, timeout: float) -> list[Record]:
        """Records in order per partition; empty after ``timeout`` seconds; BrokerReplaced."""
        ...

    def commit(self, positions: Mapping[int, int]) -> None:
        """Store, per partition, the offset to go on from; lost commits only cost repeats."""
        ...

    def pause(self) -> None:
        """``poll`` keeps the membership alive but returns nothing until ``resume``."""
        ...

    def resume(self) -> None: ...

    def assigned(self) -> frozenset[int]:
        """The partitions this member reads now."""
        ...

    def lag(self) -> dict[int, int]:
        """Per assigned partition, the messages on the broker that were not polled yet."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class Admin(Protocol):
    """Topics and the identity of the broker."""

    def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create those that are missing, with the platform's number of partitions."""
        ...

    def incarnation(self, topic: str) -> str:
        """Changes whenever the topic's log started anew: broker wiped, or topic made again.

        May lag by a second. Unavailable if the broker is out of reach.
        """
        ...

    def cluster_id(self) -> str:
        """The broker's own id; random at every start of a broker that keeps nothing."""
        ...

    def rotate(self, topic: str) -> None:
        """Drop the topic's log, freeing its memory, and start an empty one (a new incarnation)."""
        ...

    def close(self) -> None: ...


class Broker(Admin, Protocol):
    """Makes producers and consumers."""

    def producer(self) -> Producer: ...

    def consumer(self, group: str, topic: str) -> Consumer:
        """A member of a group; from the group's offsets, else from the topic's beginning."""
        ...

    def reader(self, topics: Sequence[str]) -> Consumer:
        """Reads all partitions from about now on, without a group and without commits.

        May repeat some of the newest messages: a broker's idea of the end may be a batch early.
        """
        ...
