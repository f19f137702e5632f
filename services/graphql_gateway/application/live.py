"""Live updates: facts on their way from the broker's readers to subscribers of one organization.

A subscriber who is slow does not hold up anybody: what does not fit into its queue is dropped, and
it is told to read again.
"""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from typing import Final

import msgspec

from contracts.envelope import Envelope
from contracts.topics import Topic

LONGEST_QUEUE: Final = 100
Address = tuple[str, str]
"""(topic, organization)."""


class Heard(msgspec.Struct, frozen=True):
    """An object changed; ``object_id`` None: some changes were missed."""

    object_id: str | None
    change: str


MISSED: Final = Heard(None, "Resync")


def heard(envelope: Envelope) -> Heard:
    """What a subscriber hears of a fact: ``rostrum.workflow.ContentSubmitted.v1`` by its name."""
    return Heard(envelope.subject, envelope.type.split(".")[-2])


class Subscriber:
    """One open stream's queue; filled by the hub, emptied by the stream."""

    def __init__(self, address: Address, longest: int = LONGEST_QUEUE) -> None:
        self.address = address
        self.dropped = 0
        self._longest = longest
        self._queue: queue.Queue[Heard] = queue.Queue()

    def offer(self, item: Heard) -> None:
        """Take an item, or drop everything that waits and remember that some was missed."""
        if self._queue.qsize() >= self._longest:
            self._empty()
            item = MISSED
        self._queue.put(item)

    def next(self, within: float) -> Heard | None:
        """The next item; None if there is none for so many seconds."""
        try:
            return self._queue.get(timeout=within)
        except queue.Empty:
            return None

    def _empty(self) -> None:
        while True:
            try:
                self._queue.get_nowait()
                self.dropped += 1
            except queue.Empty:
                return


class Hub:
    """Everybody who listens in this process; safe for many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._listening: dict[Address, set[Subscriber]] = defaultdict(set)
        self.count = 0

    def join(self, topic: Topic, org_id: str) -> Subscriber | None:
        """A new subscriber; None if the process carries as many as it may."""
        with self._lock:
            if self.count >= self._most:
                return None
            self.count += 1
            subscriber = Subscriber((topic.value, org_id))
            self._listening[subscriber.address].add(subscriber)
            return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        """It listens no more."""
        with self._lock:
            self._listening[subscriber.address].discard(subscriber)
            self.count -= 1
            if not self._listening[subscriber.address]:
                del self._listening[subscriber.address]

    def tell(self, topic: str, org_id: str, item: Heard) -> None:
        """Hand an item to everybody who listens to this topic of this organization."""
        with self._lock:
            found = list(self._listening.get((topic, org_id), ()))
        for subscriber in found:
            subscriber.offer(item)

    def tell_missed(self) -> None:
        """Everybody may have missed something: the readers had to begin anew."""
        with self._lock:
            found = [each for group in self._listening.values() for each in group]
        for subscriber in found:
            subscriber.offer(MISSED)
