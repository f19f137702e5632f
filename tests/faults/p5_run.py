"""P5: a revoke and a send race; what the revoke promised is kept.

Every race has an approved post that is due. One thread revokes it, another takes it from lease to
send; the send is an entry in a list. A revoke that answered (``prevented``) and a send of the same
post is the one thing that must not happen.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chassis.errors import Refusal
from contracts.refusals import RefusalCode
from contracts.workflow.content import RevokeContent
from services.workflow.domain.deliveries.delivery import Delivery
from tests.unit.workflow_content.newsroom import Newsroom


@dataclass
class Races:
    """How they ended."""

    ended: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing was sent after its revoke was answered, and both ends occurred."""
        return not self.broken


def race(room: Newsroom, count: int, dice: random.Random) -> Races:
    """So many races, one after the other."""
    races = Races()
    for number in range(count):
        delivery = room.published_now(text=f"Notice {number}.")
        pauses = (dice.random() * 0.012, dice.random() * 0.006)
        _run_one(room, delivery, pauses, races)
    return races


def _run_one(room: Newsroom, delivery: Delivery, pauses: tuple[float, float], races: Races) -> None:
    sent: list[str] = []
    answers: list[str] = []
    start = threading.Barrier(2)

    def revoke() -> None:
        order = RevokeContent(content_id=delivery.content_id, reason="Not now.")
        start.wait(10)
        threading.Event().wait(pauses[0])
        answers.append(_said(lambda: room.give(order, room.bob)))

    def send() -> None:
        start.wait(10)
        lease = room.lease(delivery)
        if not lease.is_granted:
            return
        threading.Event().wait(pauses[1])
        if _said(lambda: room.begin(lease)) == "done":
            sent.append(delivery.id)

    threads = [threading.Thread(target=act) for act in (revoke, send)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    _judge(races, delivery, answers, bool(sent))


def _judge(races: Races, delivery: Delivery, answers: list[str], was_sent: bool) -> None:
    (answer,) = answers
    races.ended[f"revoke {answer}, {'sent' if was_sent else 'not sent'}"] += 1
    if was_sent and answer == "done":
        races.broken.append(delivery.id)
    if not was_sent and answer == RefusalCode.TOO_LATE.value:
        races.broken.append(delivery.id)


def _said(act: Callable[[], Any]) -> str:
    try:
        act()
    except Refusal as no:
        return no.code.value
    return "done"
