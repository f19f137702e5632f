"""S11: the store of approvals, policies and grants is killed in the middle; nothing is published.

Workflow's database is a mongod of its own, killed by SIGKILL at a named point of a send.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.workflow.channels import Platform
from services.ingest.application.ports import At, Point
from stack.embedded.mongod import EmbeddedMongod
from tests.faults.clock_world import OPEN, World, a_world
from tests.support.board import Board
from tests.support.platform import an_embedded_mongod


@dataclass
class Closed:
    """What was sent while nobody could say yes, and what came of it afterwards."""

    sent_while_away: int = 0
    doubles: int = 0
    states: Counter[str] | None = None


@dataclass
class Scene:
    """A world whose workflow has a database of its own."""

    world: World
    board: Board
    mongod: EmbeddedMongod

    def killing(self, point: Point) -> At:
        """Kill the database when a send first comes to this point."""
        seen: list[Point] = []

        def at(here: Point) -> None:
            if here is point and not seen:
                seen.append(here)
                self.mongod.kill()

        return at


@contextmanager
def a_scene(mongo_uri: str, namespace: str, folder: Path) -> Iterator[Scene]:
    """Everything well."""
    mongod = an_embedded_mongod(folder)
    mongod.start()
    try:
        with Board() as board:
            allow = frozenset({("127.0.0.1", board.port)})
            with a_world(mongo_uri, namespace, workflow_uri=mongod.uri, allow=allow) as world:
                url = f"http://127.0.0.1:{board.port}"
                where = board.base_url(url)
                world.connect(
                    world.channel_id, Platform.WEBHOOK, where, secrets=board.credentials(url)
                )
                yield Scene(world, board, mongod)
    finally:
        mongod.kill()


def close(scene: Scene, point: Point, *, posts: int) -> Closed:
    """Posts are due; the store dies at ``point``, and later comes back."""
    world, board = scene.world, scene.board
    texts = [f"Notice {n}." for n in range(posts)]
    for text in texts:
        world.planned(text, 10, lateness=7200)
    world.clock.advance(10)
    world.run_timers()
    world.hand_over()
    world.publish(at=scene.killing(point))
    found = Closed(sent_while_away=len(board.entries))
    scene.mongod.start()
    for _ in range(100):
        if not any(one.state in OPEN for one in world.deliveries()):
            break
        world.tick(31)
    there = Counter(board.published())
    found.doubles = sum(1 for text in texts if there[text] > 1)
    found.states = Counter(one.state.value for one in world.deliveries())
    return found
