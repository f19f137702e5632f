"""Two gateway-web processes with two workers each, on a running platform, and their callers."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic

import msgspec

from stack.environment import environment_of
from stack.layout import named
from stack.platform import Platform, is_ready
from stack.supervisor import Child
from tests.support.waiting import eventually

SECOND = msgspec.structs.replace(named("gateway-web"), name="gateway-web-2", offset=20)


@dataclass(frozen=True)
class Gateway:
    """One of them."""

    name: str
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}/graphql"


@contextmanager
def two_gateways(platform: Platform) -> Iterator[tuple[Gateway, Gateway]]:
    """The platform's own and one more, which is gone at the end."""
    assert platform.place is not None
    assert SECOND.workers == 2
    first = platform.settings.port
    child = Child(
        name=SECOND.name,
        argv=lambda: SECOND.argv(first),
        environment=environment_of(SECOND, platform.place),
        log=platform.home / "logs" / f"{SECOND.name}.log",
        # The supervisor's watcher must not take it for dead before it was started.
        not_before=monotonic() + 30,
    )
    platform.supervisor.start(child)
    try:
        eventually(partial(is_ready, SECOND.port(first)), within_s=90, every_s=0.2)
        yield Gateway("gateway-web", first), Gateway(SECOND.name, SECOND.port(first))
    finally:
        platform.supervisor.children.remove(child)
        if child.process is not None:
            child.process.terminate()
            child.process.wait(40)


class Callers:
    """Threads that do something again and again until told to stop; the first error is kept."""

    def __init__(self) -> None:
        self.until = threading.Event()
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def start(self, act: object, seed: int) -> None:
        """``act(dice)`` in a thread of its own."""
        thread = threading.Thread(target=self._run, args=(act, random.Random(seed)), daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Returns when all have ended; raises what went wrong first."""
        self.until.set()
        for thread in self._threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _run(self, act: object, dice: random.Random) -> None:
        assert callable(act)
        try:
            while not self.until.is_set():
                act(dice)
        except BaseException as error:  # noqa: BLE001 - raised again by stop
            self.errors.append(error)
            self.until.set()
