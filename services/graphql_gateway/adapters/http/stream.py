"""Subscriptions over server-sent events: the graphql-sse protocol, distinct connections mode.

Source: PROTOCOL.md of the npm package graphql-sse. Every result is a ``next`` event, the end is a
``complete`` event with empty data, errors of the operation are a ``next`` event too. A comment
every 12 seconds finds out who is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import orjson
from flask import Blueprint, Response, request
from graphql import OperationType

from chassis.errors import Unavailable
from chassis.health import Health
from chassis.http.doors import current_actor, guarded
from chassis.ports import Actor
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.adapters.http import protocol
from services.graphql_gateway.adapters.http.graphql import GraphqlDoor, add_errors, bearer, report
from services.graphql_gateway.adapters.http.protocol import Params
from services.graphql_gateway.adapters.live_reader import LiveReader
from services.graphql_gateway.application.live import Heard, Hub, Subscriber
from services.graphql_gateway.execution.answers import Result, refused
from services.graphql_gateway.execution.engine import Prepared, Wrong, wrong
from services.graphql_gateway.metrics import STREAM_DROPPED, STREAM_EVENTS, STREAMS

HEARTBEAT_SECONDS: Final = 12.0
LOOK_SECONDS: Final = 1.0
"""How often a stream looks whether its session still lives and the process still serves."""
COMPLETE: Final = b"event: complete\ndata:\n\n"
HEARTBEAT: Final = b":\n\n"


@dataclass(frozen=True)
class StreamDoor:
    """What the door is handed."""

    door: GraphqlDoor
    hub: Hub
    reader: LiveReader
    health: Health
    monotonic: Callable[[], float]

    def respond(self, actor: Actor, authorization: str) -> Response:
        """The stream of the operation in this request."""
        params = protocol.params_of(request)
        try:
            prepared = self.door.prepare(params)
        except Wrong as error:
            return _events(iter([_next(wrong(error, report)), COMPLETE]))
        except Refusal as error:
            return _events(iter([_next(refused(error)), COMPLETE]))
        if prepared.kind is not OperationType.SUBSCRIPTION:
            return _events(self._once(params, actor))
        return _events(_Stream(self, prepared, actor, authorization=authorization).run())

    def _once(self, params: Params, actor: Actor) -> Iterator[bytes]:
        found = self.door.answer(params, actor, self.door.key())
        return iter([_next(found), COMPLETE])


class _Stream:
    """One subscription of one viewer."""

    def __init__(
        self, given: StreamDoor, prepared: Prepared, actor: Actor, *, authorization: str
    ) -> None:
        if actor.org_id is None:
            raise Refusal(RefusalCode.ORGANIZATION_NEEDED, "Choose an organization first.")
        self._given, self._prepared, self._authorization = given, prepared, authorization
        self._name = prepared.picks[0].name
        topic = given.door.engine.stream(prepared).topic
        joined = given.hub.join(topic, actor.org_id)
        if joined is None:
            raise Refusal(
                RefusalCode.RATE_LIMITED,
                "This process carries as many streams as it may.",
                data={"retry_after": 5},
            )
        self._subscriber: Subscriber = joined
        given.reader.start()

    def run(self) -> Iterator[bytes]:
        """Events until the client, the session or the process goes."""
        given, metrics = self._given, self._given.door.metrics
        metrics.set(STREAMS, given.hub.count)
        try:
            yield HEARTBEAT
            yield from self._events()
            yield COMPLETE
        finally:
            given.hub.leave(self._subscriber)
            metrics.set(STREAMS, given.hub.count)
            if self._subscriber.dropped:
                metrics.count(STREAM_DROPPED, self._subscriber.dropped, subscription=self._name)

    def _events(self) -> Iterator[bytes]:
        quiet_since = self._given.monotonic()
        while (actor := self._actor()) is not None:
            item = self._subscriber.next(LOOK_SECONDS)
            sent = self._event(item, actor) if item is not None else None
            if sent is None and self._given.monotonic() - quiet_since >= HEARTBEAT_SECONDS:
                sent = HEARTBEAT
            if sent is not None:
                quiet_since = self._given.monotonic()
                yield sent

    def _actor(self) -> Actor | None:
        """Who listens, asked again and again: None once they may no longer."""
        if self._given.health.is_draining:
            return None
        try:
            return self._given.door.authenticate(self._authorization)
        except Refusal:
            return None
        except Unavailable:
            return None  # who cannot be verified is not served (S11)

    def _event(self, item: Heard, actor: Actor) -> bytes | None:
        door = self._given.door
        viewer = door.viewers.of(actor)
        found = door.engine.event(self._prepared, viewer, happened=item, report=report)
        if found is None:
            return None  # out of this viewer's sight
        door.metrics.count(STREAM_EVENTS, subscription=self._name)
        return _next(found)


def stream_blueprint(given: StreamDoor) -> Blueprint:
    """POST /graphql/stream."""
    blueprint = Blueprint("stream", __name__)

    @blueprint.post("/graphql/stream")
    @guarded(bearer(given.door))
    def stream() -> Response:
        return given.respond(current_actor(), request.headers.get("Authorization", ""))

    add_errors(blueprint)
    return blueprint


def _next(result: Result) -> bytes:
    return b"event: next\ndata: " + orjson.dumps(result.body()) + b"\n\n"


def _events(parts: Iterator[bytes]) -> Response:
    response = Response(parts, content_type=f"{protocol.EVENTS}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache, no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response
