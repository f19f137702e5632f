"""The broker's twin in memory: same promises, same faults on request, no sockets."""

from __future__ import annotations

import itertools
import threading
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic

from chassis.broker.ports import BrokerReplaced, Consumer, Message, Producer, Record
from chassis.errors import Unavailable
from contracts.topics import PARTITIONS

Place = tuple[str, int]
"""Topic and partition."""


class MemoryBroker:
    """Loses everything when told to, is out of reach when told to; safe between threads."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        self.partitions = partitions
        self.is_down = False
        self.moved = threading.Condition()
        self.committed: dict[tuple[str, int], int] = {}
        self.members: defaultdict[str, list[MemoryConsumer]] = defaultdict(list)
        self._counter = itertools.count(1)
        self._logs: dict[Place, list[Record]] = {}
        self._births: dict[str, int] = {}
        self._cluster = next(self._counter)

    def producer(self) -> Producer:
        """Never broken."""
        return MemoryProducer(self)

    def consumer(self, group: str, topic: str) -> Consumer:
        """Joins at once."""
        name = f"{group}.{self.incarnation(topic)}"
        member = MemoryConsumer(self, name, [topic])
        self.members[name].append(member)
        return member

    def reader(self, topics: Sequence[str]) -> Consumer:
        """From exactly now on."""
        return MemoryConsumer(self, None, topics)

    def ensure_topics(self, topics: Iterable[str]) -> None:
        """See ``Admin``."""
        self.require_up()
        for topic in topics:
            if topic not in self._births:
                self._begin(topic)

    def incarnation(self, topic: str) -> str:
        """See ``Admin``."""
        self.require_up()
        return f"{self._cluster}/{self._births.get(topic)}"

    def cluster_id(self) -> str:
        """See ``Admin``."""
        self.require_up()
        return str(self._cluster)

    def rotate(self, topic: str) -> None:
        """See ``Admin``."""
        self.require_up()
        self._begin(topic)

    def close(self) -> None:
        """Nothing to let go of."""

    def wipe(self) -> None:
        """Come back as another, empty broker, as the embedded one does after kill -9."""
        with self.moved:
            self._cluster = next(self._counter)
            self._logs.clear()
            self._births.clear()
            self.committed.clear()

    def require_up(self) -> None:
        """Unavailable while the broker is down."""
        if self.is_down:
            raise Unavailable("The broker is down.")

    def append(self, item: Message) -> None:
        """To the partition of its key."""
        self.require_up()
        with self.moved:
            place = (item.topic, self._partition(item))
            if place not in self._logs:
                raise Unavailable(f"There is no topic {item.topic}.")
            self._logs[place].append(_record(item, place, len(self._logs[place])))
            self.moved.notify_all()

    def log(self, place: Place) -> list[Record]:
        """What a partition holds."""
        return self._logs.get(place, [])

    def records(self, topic: str) -> list[Record]:
        """What a topic holds, partition after partition."""
        return [item for number in range(self.partitions) for item in self.log((topic, number))]

    def _begin(self, topic: str) -> None:
        with self.moved:
            self._births[topic] = next(self._counter)
            self._logs.update({(topic, number): [] for number in range(self.partitions)})

    def _partition(self, item: Message) -> int:
        if item.partition is not None:
            return item.partition
        return zlib.crc32(item.key or b"") % self.partitions


class MemoryProducer:
    """Appends."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    def send(self, messages: Sequence[Message]) -> None:
        """See ``Producer``."""
        for item in messages:
            self._broker.append(item)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryConsumer:
    """Every member reads the partitions whose number modulo the members is its own place."""

    def __init__(self, broker: MemoryBroker, group: str | None, topics: Sequence[str]) -> None:
        self._broker = broker
        self._group = group
        self._topics = topics
        self._born = [broker.incarnation(topic) for topic in topics]
        self._positions: dict[Place, int] = {}
        self._is_paused = False
        if group is None:
            self._positions = {place: len(broker.log(place)) for place in self._places()}

    def poll(self, max_records: int, timeout: float) -> list[Record]:
        """See ``Consumer``."""
        deadline = monotonic() + timeout
        while True:
            self._check()
            found = [] if self._is_paused else self._take(max_records)
            left = deadline - monotonic()
            if found or left <= 0:
                return found
            with self._broker.moved:
                self._broker.moved.wait(min(left, 0.01))

    def commit(self, positions: Mapping[int, int]) -> None:
        """See ``Consumer``."""
        if self._group and not self._broker.is_down:
            kept = {(self._group, number): at for number, at in positions.items()}
            self._broker.committed.update(kept)

    def pause(self) -> None:
        """See ``Consumer``."""
        self._is_paused = True

    def resume(self) -> None:
        """See ``Consumer``."""
        self._is_paused = False

    def assigned(self) -> frozenset[int]:
        """See ``Consumer``."""
        return frozenset(number for _, number in self._places())

    def lag(self) -> dict[int, int]:
        """See ``Consumer``."""
        return {
            place[1]: len(self._broker.log(place)) - self._position(place)
            for place in self._places()
        }

    def close(self) -> None:
        """See ``Consumer``."""
        if self._group and self in self._broker.members[self._group]:
            self._broker.members[self._group].remove(self)

    def _check(self) -> None:
        if [self._broker.incarnation(topic) for topic in self._topics] != self._born:
            raise BrokerReplaced("The broker came back empty.")

    def _places(self) -> list[Place]:
        members = self._broker.members[self._group] if self._group else [self]
        mine = members.index(self) if self in members else 0
        return [
            (topic, number)
            for topic in self._topics
            for number in range(self._broker.partitions)
            if number % max(1, len(members)) == mine
        ]

    def _position(self, place: Place) -> int:
        kept = self._broker.committed.get((self._group or "", place[1]), 0)
        return self._positions.get(place, kept)

    def _take(self, max_records: int) -> list[Record]:
        self._positions = {
            place: at for place, at in self._positions.items() if place in self._places()
        }
        found: list[Record] = []
        for place in self._places():
            at = self._position(place)
            batch = self._broker.log(place)[at : at + max_records - len(found)]
            self._positions[place] = at + len(batch)
            found.extend(batch)
        return found


def _record(item: Message, place: Place, offset: int) -> Record:
    return Record(
        topic=place[0],
        partition=place[1],
        offset=offset,
        value=item.value,
        key=item.key,
        headers=item.headers,
    )
