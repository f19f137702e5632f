"""A made-up service with one command door, for tests of the edges."""

from __future__ import annotations

import json
from collections.abc import Callable

from prometheus_client import CollectorRegistry
from werkzeug.test import TestResponse

from chassis.clock import FixedClock
from chassis.commands import HandledAnswer, IdempotencyKey
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.commands import command_blueprint
from chassis.http.tokens import InternalSigner, InternalVerifier
from chassis.ports import Actor, ActorKind

KEY = "the internal key of the bakery, long"
ACTOR = Actor(kind=ActorKind.PERSON, account_id="a1", org_id="o1", person_id="p1")
Call = tuple[str, bytes, Actor, IdempotencyKey | None]
Handler = Callable[[Call], HandledAnswer]


class ScriptedBus:
    """Answers commands with a function and remembers them."""

    def __init__(self, handler: Handler) -> None:
        self.calls: list[Call] = []
        self._handler = handler

    def handle(
        self, name: str, body: bytes, actor: Actor, key: IdempotencyKey | None
    ) -> HandledAnswer:
        """Remember, then answer."""
        call = (name, body, actor, key)
        self.calls.append(call)
        return self._handler(call)


def done(_: Call) -> HandledAnswer:
    """Everything works."""
    return HandledAnswer(200, b'{"id":"c1","rev":2,"state":"claimed"}', is_repeat=False)


def code_of(answer: TestResponse) -> str:
    """The code of a problem document."""
    found: str = json.loads(answer.data)["code"]
    return found


class Bakery:
    """The app, its bus, and how to sign for it."""

    def __init__(self, handler: Handler = done) -> None:
        self.clock = FixedClock()
        self.health = Health()
        self.registry = CollectorRegistry()
        self.bus = ScriptedBus(handler)
        self.signer = InternalSigner(KEY, self.clock)
        verifier = InternalVerifier(KEY, "workflow", self.clock)
        self.app = create_app(
            "bakery",
            blueprints=[command_blueprint(self.bus, verifier)],
            health=self.health,
            registry=self.registry,
        )
        self.client = self.app.test_client()

    def headers(self, **more: str) -> dict[str, str]:
        """A good token and what else is wanted."""
        token = self.signer.sign(ACTOR, "workflow")
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **more}
