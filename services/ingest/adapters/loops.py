"""The loops of ingest: take one piece of work, do it, and say when to look again."""

from __future__ import annotations

from typing import Final

from services.ingest.application.listening.poll_channel import Listener
from services.ingest.application.ports import Turns, Wakes
from services.ingest.application.publishing.publish_delivery import Publisher

IDLE: Final = 0.2
"""Seconds until an idle loop looks again: one indexed read."""
TURN_SECONDS: Final = 120.0
"""How long a channel stays with a poller that died."""


class PollerLoop:
    """A Loop: polls the channel that waits longest; any number may run anywhere."""

    def __init__(self, name: str, owner: str, turns: Turns, listener: Listener) -> None:  # noqa: PLR0917 - its parts
        self.name = name
        self._owner = owner
        self._turns = turns
        self._listener = listener

    def step(self) -> float:
        """One turn, or a short wait."""
        turn = self._turns.take(self._owner, TURN_SECONDS)
        if turn is None:
            return IDLE
        self._listener.poll(turn)
        return 0.0

    def close(self) -> None:
        """A turn is given back when it ends."""


class PublisherLoop:
    """A Loop: takes the delivery that waits longest from wake-up to record."""

    def __init__(self, name: str, wakes: Wakes, publisher: Publisher) -> None:
        self.name = name
        self._wakes = wakes
        self._publisher = publisher

    def step(self) -> float:
        """One delivery, or a short wait."""
        wake = self._wakes.take(self._publisher.owner, self._publisher.lease_seconds)
        if wake is None:
            return IDLE
        self._publisher.publish(wake)
        return 0.0

    def close(self) -> None:
        """Every delivery is recorded before a step ends."""
