"""A stop of all publishing against attempts that begin at the same time (DOMAIN 6).

Publishers in several threads take posts from lease to the beginning of an attempt while one person
stops everything. What is sending when the stop was answered may go on; nothing may begin after that.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field

from chassis.errors import Refusal
from contracts.workflow.deliveries import DeliveryState, ResumeAll, StopAll
from services.workflow.domain.deliveries.delivery import Delivery
from tests.faults.clock_world import World


@dataclass
class Stops:
    """How the rounds ended."""

    begun_before: int = 0
    held_back: int = 0
    begun_after: list[str] = field(default_factory=list)


def stops(world: World, rounds: int, posts: int, dice: random.Random) -> Stops:
    """So many rounds, each with its own posts."""
    found = Stops()
    for number in range(rounds):
        waiting = [world.published_now(text=f"Post {number}/{n}.") for n in range(posts)]
        _round(world, waiting, dice.random() * 0.02 * posts, found)
    return found


def _round(world: World, waiting: list[Delivery], pause: float, found: Stops) -> None:
    start = threading.Barrier(len(waiting) + 1)
    threads = [
        threading.Thread(target=_begin, args=(world, delivery, start)) for delivery in waiting
    ]
    for thread in threads:
        thread.start()
    start.wait(10)
    threading.Event().wait(pause)
    stop = world.give(StopAll(reason="A flood."))
    before = _sending(world, waiting)
    for thread in threads:
        thread.join(30)
    after = _sending(world, waiting)
    found.begun_before += len(before)
    found.held_back += len(waiting) - len(after)
    found.begun_after += sorted(after - before)
    world.give(ResumeAll(stop_id=str(stop.id), reason="It falls."))


def _begin(world: World, delivery: Delivery, start: threading.Barrier) -> None:
    start.wait(10)
    try:
        lease = world.lease(delivery)
        if lease.is_granted:
            world.begin(lease)
    except Refusal:
        return


def _sending(world: World, waiting: list[Delivery]) -> set[str]:
    ours = {delivery.id for delivery in waiting}
    moving = (one for one in world.deliveries() if one.state is DeliveryState.SENDING)
    return {one.id for one in moving if one.id in ours}
