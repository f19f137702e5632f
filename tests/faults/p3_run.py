"""P3: the scheduler is down for three hours; what came due meanwhile goes out in turn, or is held.

The channel is an address that takes anything; it notes the world's time of every arrival.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Final

from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import DeliveryHeld, SetChannelRate
from tests.faults.clock_world import OPEN, World, a_world
from tests.support.board import Board

DOWN: Final = 3 * 3600
WINDOWS: Final = (1800, 3600, 4 * 3600)
"""Seconds of lateness that posts allow, in turn."""
PER_MINUTE: Final = 60


@dataclass
class Backlog:
    """What became of it."""

    states: Counter[str] = field(default_factory=Counter)
    past_window: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    shortest_gap: float = 1e9
    sent: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing past its window, every author told, never faster than the channel's rate."""
        is_in_turn = self.shortest_gap >= 60 / PER_MINUTE - 0.001
        return not (self.past_window or self.untold) and is_in_turn and self.sent > 0


@contextmanager
def a_late_world(mongo_uri: str, namespace: str) -> Iterator[tuple[World, Board]]:
    """A world that publishes to a board."""
    with Board() as board:
        allow = frozenset({("127.0.0.1", board.port)})
        with a_world(mongo_uri, namespace, allow=allow) as world:
            board.now = world.clock.now
            url = f"http://127.0.0.1:{board.port}"
            world.connect(
                world.channel_id,
                Platform.WEBHOOK,
                board.base_url(url),
                secrets=board.credentials(url),
            )
            world.give(SetChannelRate(channel_id=world.channel_id, per_minute=PER_MINUTE))
            yield world, board


def scheduler_down(world: World, board: Board, *, posts: int) -> Backlog:
    """Posts come due over three hours while no timer fires; then the scheduler is back."""
    for number in range(posts):
        due = 60 + number * (DOWN - 120) // posts
        world.planned(f"Notice {number}.", due, lateness=WINDOWS[number % len(WINDOWS)])
    world.clock.advance(DOWN)
    for _ in range(posts * 3):
        world.tick(0.5)
        if not any(one.state in OPEN for one in world.deliveries()):
            break
    return judged(world, board)


def judged(world: World, board: Board) -> Backlog:
    """The board's list beside workflow's deliveries."""
    found = Backlog(states=Counter(one.state.value for one in world.deliveries()))
    arrived = {
        entry["text"]: datetime.fromisoformat(entry["created_at"]) for entry in board.entries
    }
    told = {fact.delivery_id for fact in world.facts(DeliveryHeld) if fact.told_ids}
    for one in world.deliveries():
        at = arrived.get(one.text)
        if at is not None and at > one.latest:
            found.past_window.append(one.text)
        if at is None and one.id not in told:
            found.untold.append(one.text)
    found.sent = len(board.entries)
    times = sorted(arrived.values())
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    found.shortest_gap = min(gaps, default=1e9)
    return found
