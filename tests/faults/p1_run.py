"""P1: one intent, at most one public post, however a publisher dies.

Publisher processes are killed at the six named points, behind a proxy that loses answers after the
platform stored the post. The verdict reads the platform's own list and workflow's deliveries.
"""

from __future__ import annotations

import itertools
import random
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from chassis.settings import load
from services.ingest.application.ports import Point
from stack.layout import DEMO_PLATFORM_OFFSET
from stack.settings import StackSettings
from tests.faults.p1_outside import OnMastodon, Outside
from tests.faults.p1_program import PlatformWithoutPublisher, Program
from tests.support.lossy_proxy import Exchange, Fate, Judge, LossyProxy
from tests.support.ports import free_block
from tests.support.waiting import eventually

LOSSES: Final = 0.2
"""The share of answers to a post that is lost."""
POSTS_A_KILL: Final = 2
DEAD_WITHIN: Final = 90.0
"""Seconds for a process to start, join its group and come to the point, on a busy machine."""
SETTLED_WITHIN: Final = 300.0


@dataclass
class Verdict:
    """What the platform's list and workflow's deliveries say together."""

    kills: Counter[str] = field(default_factory=Counter)
    lost_answers: int = 0
    intents: int = 0
    confirmed: int = 0
    duplicates: list[str] = field(default_factory=list)
    unconfirmed_but_there: list[str] = field(default_factory=list)
    confirmed_but_missing: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        """No intent was published twice, and what is called confirmed is there.

        ``needs_person`` is an honest end: somebody is told to look at the channel first.
        """
        ends = self.states["confirmed"] + self.states["needs_person"]
        return not self.duplicates and not self.confirmed_but_missing and ends == self.intents

    def told(self) -> str:
        """One line."""
        return (
            f"{self.intents} intents, {self.lost_answers} answers lost, "
            f"{len(self.duplicates)} duplicates, states {dict(self.states)}"
        )


@contextmanager
def a_program(
    folder: Path,
    mongo_uri: str,
    kafka_bootstrap: str,
    namespace: str,
    *,
    dice: random.Random,
    outside: Outside | None = None,
) -> Iterator[tuple[Program, LossyProxy]]:
    """A running platform without a publisher, a public server behind the proxy.

    Without one of its own it publishes to the demo platform (class A).
    """
    told = {
        "ROSTRUM_MODE": "test",
        "ROSTRUM_HOME": str(folder),
        "ROSTRUM_PORT": str(free_block()),
        "ROSTRUM_NAMESPACE": namespace,
        "ROSTRUM_MONGO_URI": mongo_uri,
        "ROSTRUM_KAFKA_BOOTSTRAP": kafka_bootstrap,
        "ROSTRUM_KAFKA_SESSION_MS": "2000",
    }
    settings = load(StackSettings, told)
    outside = outside or OnMastodon(settings.port + DEMO_PLATFORM_OFFSET)
    with LossyProxy(outside.port, judge=loser(dice, outside)) as proxy:
        platform = PlatformWithoutPublisher(settings, proxy.port)
        until = threading.Event()
        watch = threading.Thread(target=platform.watch, args=(until,), daemon=True)
        try:
            platform.start()
            watch.start()
            yield Program(platform, proxy.url, outside), proxy
        finally:
            until.set()
            platform.stop()


def loser(dice: random.Random, outside: Outside) -> Judge:
    """Loses some answers of posts that the platform has stored."""

    def judge(exchange: Exchange) -> Fate:
        return Fate.LOSE if outside.is_post(exchange) and dice.random() < LOSSES else Fate.PASS

    return judge


def run(
    program: Program, proxy: LossyProxy, *, kills: int, seconds: float, dice: random.Random
) -> Verdict:
    """Kill that often, or until the time is over; then let a publisher live, and judge."""
    program.begin()
    texts = [
        f"Notice {n}: the water of district {n} is safe." for n in range(kills * POSTS_A_KILL + 6)
    ]
    program.approve(texts)
    verdict = Verdict(intents=len(texts))
    deadline = monotonic() + seconds
    for point in itertools.islice(itertools.cycle(Point), kills):
        if monotonic() > deadline:
            break
        if killed(program, point, dice):
            verdict.kills[point.value] += 1
    survive(program)
    verdict.lost_answers = proxy.lost
    return judged(program, texts, verdict)


def killed(program: Program, point: Point, dice: random.Random) -> bool:
    """Whether a publisher came to the point and died there."""
    process = program.publisher(point, dice.randint(1, 2))
    try:
        code = process.wait(DEAD_WITHIN)
    except subprocess.TimeoutExpired:  # nothing was left to come to this point for
        process.kill()
        process.wait()
        return False
    assert code == -signal.SIGKILL, f"the publisher ended with {code}: see its log"
    return True


def survive(program: Program) -> None:
    """A publisher that lives brings everything to an end."""
    process = program.publisher(Point.BEFORE_CLAIM, 0)
    try:
        eventually(lambda: program.open_count() == 0, within_s=SETTLED_WITHIN, every_s=0.5)
    finally:
        process.terminate()
        process.wait(40)


def judged(program: Program, texts: list[str], verdict: Verdict) -> Verdict:
    """Compare what the platform shows with what workflow believes."""
    there = Counter(program.published())
    deliveries = program.deliveries()
    verdict.states = Counter(one["state"] for one in deliveries)
    verdict.confirmed = verdict.states["confirmed"]
    verdict.duplicates = [text for text in texts if there[text] > 1]
    for one in deliveries:
        is_confirmed, is_there = one["state"] == "confirmed", there[one["text"]] > 0
        if is_confirmed and not is_there:
            verdict.confirmed_but_missing.append(one["text"])
        if is_there and not is_confirmed:
            verdict.unconfirmed_but_there.append(one["text"])
    return verdict
