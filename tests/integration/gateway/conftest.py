"""A gateway engine over a real database with hand-made documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent

from chassis.mongo.client import connect, database_name, guarded_database
from chassis.ports import Actor, ActorKind
from contracts.commands import Answer, Command
from contracts.permissions import Permission
from contracts.refusals import Refusal
from contracts.views.workflow import GrantView
from services.graphql_gateway.adapters.reader import MongoReader
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.documents import Documents
from services.graphql_gateway.execution.engine import Engine, Request, Wrong, refused, wrong
from services.graphql_gateway.execution.limits import Limits
from services.graphql_gateway.schema import built
from tests.support import gateway_data as a

SERVICES = ("ingest", "workflow", "reporting", "graphql_gateway")


class Counting(CommandListener):
    """Every command the driver sends, by name."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"find", "aggregate", "getMore", "count"}:
            target = event.command.get(event.command_name)
            self.commands.append(f"{event.command_name} {target}")

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


class RecordingSender:
    """Takes commands and answers what it was told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[Command, Actor, str, str]] = []
        self.answer: Answer | Exception | None = None

    def send(self, command: Command, actor: Actor, *, key: str, alias: str) -> Answer:
        self.sent.append((command, actor, key, alias))
        if isinstance(self.answer, Exception):
            raise self.answer
        assert self.answer is not None
        return self.answer


class World:
    """The databases of one namespace and an engine over them."""

    def __init__(self, uri: str, namespace: str) -> None:
        self.counting = Counting()
        self.client: MongoClient[dict[str, Any]] = connect(uri, app_name="gateway-tests")
        self.counted: MongoClient[dict[str, Any]] = MongoClient(
            uri, tz_aware=True, event_listeners=[self.counting]
        )
        self._names = {each: database_name(namespace, each) for each in SERVICES}
        databases = {o: guarded_database(self.counted, n) for o, n in self._names.items()}
        self.reader = MongoReader(databases, max_time_ms=5_000)
        self.sender = RecordingSender()
        found, schema = built()
        self.engine = Engine(schema, found, reader=self.reader, sender=self.sender)
        self.documents = Documents(self.engine.schema, Limits(), is_open=True)
        self.reported: list[BaseException] = []

    def close(self) -> None:
        self.client.close()
        self.counted.close()

    def put(self, collection: str, docs: Sequence[a.Doc], owner: str = "workflow") -> None:
        self.client[self._names[owner]][collection].insert_many(list(docs))

    def ask(
        self,
        text: str,
        viewer: Viewer,
        variables: dict[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> dict[str, Any]:
        request = Request(text, variables or {}, key="key-1")
        try:
            prepared = self.engine.prepare(self.documents, request, limits or Limits())
        except Wrong as error:
            return wrong(error, self.reported.append).body()
        except Refusal as error:
            return refused(error).body()
        self.counting.commands.clear()
        return self.engine.run(prepared, viewer, self.reported.append).body()


ViewerFor = Callable[..., Viewer]


def viewer_for(
    *grants: a.Doc,
    org: str = "org-a",
    person: str = "ann",
    parents: dict[str, str | None] | None = None,
    scopes: frozenset[Permission] | None = None,
) -> Viewer:
    """A person with these grants."""
    actor = Actor(
        kind=ActorKind.PERSON,
        account_id=f"account-{person}",
        org_id=org,
        person_id=person,
        scopes=scopes,
    )
    held = [GrantView(id=g["_id"], **{k: v for k, v in g.items() if k != "_id"}) for g in grants]
    return Viewer(actor, held, parents or {"unit-1": None, "unit-2": "unit-1"}, now=a.START)


@pytest.fixture
def world(mongo_uri: str, namespace: str) -> Iterator[World]:
    """An empty world."""
    made = World(mongo_uri, namespace)
    yield made
    made.close()


@pytest.fixture
def admin() -> Viewer:
    """An admin of org-a."""
    return viewer_for(a.a_grant("ann", "admin"))
