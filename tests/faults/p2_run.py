"""P2: a channel is away for two hours, asks to slow down, or has lost its token; nothing is silent.

The platform is a real server of the Mastodon API behind a proxy that loses answers and goes away.
The judge reads the server's own list beside workflow's deliveries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import DeliveryHeld, DeliveryState
from services.ingest.connectors.text import plain_text
from tests.faults.clock_world import OPEN, World, a_world
from tests.support.lossy_proxy import Exchange, Fate, LossyProxy
from tests.support.mastodon_server import MastodonServer, Member

OUTAGE: Final = 2 * 3600
STEP: Final = 60
PATIENT: Final = 4 * 3600
"""Seconds of lateness that a patient post allows; the others allow one hour."""


@dataclass
class Outage:
    """What the outage left behind."""

    states: Counter[str] = field(default_factory=Counter)
    duplicates: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    unknown_at_return: int = 0
    seconds_to_know: int = 0

    @property
    def is_clean(self) -> bool:
        """No double, nothing silent, and what was unknown was known within a minute."""
        return not (self.duplicates or self.missing or self.silent) and self.seconds_to_know < 60


@dataclass
class Scene:
    """A world that publishes to a server behind a proxy."""

    world: World
    server: MastodonServer
    account: Member
    proxy: LossyProxy
    losing: int = 0

    def judge_answer(self, exchange: Exchange) -> Fate:
        """Lose the next answers of posts that the server has stored."""
        is_post = exchange.method == "POST" and exchange.path == "/api/v1/statuses"
        if is_post and self.losing > 0:
            self.losing -= 1
            return Fate.LOSE
        return Fate.PASS

    def published(self) -> list[str]:
        """The server's own list."""
        return [plain_text(one["content"]) for one in self.server.statuses(self.account)]

    def states(self) -> Counter[str]:
        """How many deliveries are in which state."""
        return Counter(one.state.value for one in self.world.deliveries())


@contextmanager
def a_scene(mongo_uri: str, namespace: str) -> Iterator[Scene]:
    """Everything connected and well."""
    with MastodonServer() as server, LossyProxy(server.port) as proxy:
        allow = frozenset({("127.0.0.1", proxy.port)})
        with a_world(mongo_uri, namespace, allow=allow) as world:
            account = server.member("citywater")
            world.connect(
                world.channel_id,
                Platform.MASTODON,
                proxy.url,
                account_id=account.id,
                secrets={"access_token": account.token},
            )
            scene = Scene(world, server, account, proxy)
            proxy.judge = scene.judge_answer
            yield scene


def outage(scene: Scene, *, posts: int, lost: int) -> Outage:
    """Some answers are lost, then the channel is away for two hours, then it is back."""
    world = scene.world
    texts = [f"Notice {n}: the water of district {n} is safe." for n in range(posts)]
    for number, text in enumerate(texts):
        world.planned(text, 60, lateness=PATIENT if number % 2 else 3600)
    scene.losing = lost
    world.tick(59)
    _until_lost(scene)
    scene.proxy.leave()
    for _ in range(OUTAGE // STEP):
        world.tick(STEP)
    found = Outage(unknown_at_return=scene.states()["unknown"])
    scene.proxy.come_back()
    found.seconds_to_know = _until_known(scene)
    for _ in range(120):
        if not any(scene.states()[state] for state in OPEN):
            break
        world.tick(30)
    return judged(scene, texts, found)


def _until_lost(scene: Scene) -> None:
    """Publish until the answers are lost, and not one more."""
    scene.world.clock.advance(1)
    scene.world.run_timers()
    scene.world.hand_over()
    publisher = scene.world.publisher()
    while scene.losing and (wake := scene.world.wakes.take(publisher.owner, 1.0)):
        publisher.publish(wake)


def _until_known(scene: Scene) -> int:
    """Seconds until nothing is unknown any more."""
    for second in range(0, 600, 5):
        if not scene.states()["unknown"]:
            return second
        scene.world.tick(5)
    return 600


def judged(scene: Scene, texts: list[str], found: Outage) -> Outage:
    """The server's list beside what workflow believes and what people were told."""
    there = Counter(scene.published())
    told = {fact.delivery_id for fact in scene.world.facts(DeliveryHeld) if fact.told_ids}
    found.states = scene.states()
    found.duplicates = [text for text in texts if there[text] > 1]
    for one in scene.world.deliveries():
        is_confirmed = one.state is DeliveryState.CONFIRMED
        if is_confirmed != bool(there[one.text]):
            found.missing.append(one.text)
        is_an_end = one.state in {DeliveryState.FAILED, DeliveryState.NEEDS_PERSON}
        is_told = one.state is DeliveryState.HELD and one.id in told
        if not (is_confirmed or is_told or (is_an_end and one.reason)):
            found.silent.append(f"{one.state.value}: {one.text}")
    return found
