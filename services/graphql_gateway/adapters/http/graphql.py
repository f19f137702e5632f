"""POST and GET /graphql."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from flask import Blueprint, Request, Response, request
from graphql import OperationType
from werkzeug.exceptions import HTTPException

from chassis import logs
from chassis.errors import Unavailable
from chassis.http.doors import current_actor, guarded
from chassis.metrics import Metrics
from chassis.ports import Actor
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.adapters.http import protocol
from services.graphql_gateway.adapters.http.protocol import Params, Refused
from services.graphql_gateway.application.viewers import Viewers
from services.graphql_gateway.execution.answers import Result, refused
from services.graphql_gateway.execution.documents import Documents
from services.graphql_gateway.execution.engine import Engine, Prepared, Wrong, wrong
from services.graphql_gateway.execution.limits import Limits
from services.graphql_gateway.metrics import OPERATION_COST, OPERATION_SECONDS

KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 255
_log = logs.get(__name__)


@dataclass(frozen=True)
class GraphqlDoor:
    """What the door is handed. ``is_open``: GET, introspection and suggestions (demo mode)."""

    engine: Engine
    documents: Documents
    limits: Limits
    viewers: Viewers
    authenticate: Callable[[str], Actor]
    new_key: Callable[[], str]
    metrics: Metrics
    is_open: bool

    def prepare(self, params: Params, key: str = "") -> Prepared:
        """The operation, ready to run. Raises Wrong, and Refusal for what is over a limit."""
        return self.engine.prepare(self.documents, params.operation_of(key), self.limits)

    def key(self) -> str:
        """The idempotency key of this request: the client's, or one for our own retries."""
        given = request.headers.get(KEY_HEADER, "")
        if len(given) > LONGEST_KEY:
            sentence = f"{KEY_HEADER} has at most {LONGEST_KEY} characters."
            raise Refused(400, RefusalCode.MALFORMED, sentence)
        return given or self.new_key()

    def answer(self, params: Params, actor: Actor, key: str) -> Result:
        """The result of one request."""
        try:
            prepared = self.prepare(params, key)
            _check_method(prepared)
            return self._run(prepared, actor)
        except Wrong as error:
            return wrong(error, report)
        except Refusal as error:
            return refused(error)

    def _run(self, prepared: Prepared, actor: Actor) -> Result:
        kind, began = prepared.kind.value, perf_counter()
        found = self.engine.run(prepared, self.viewers.of(actor), report)
        outcome = "errors" if found.errors else "ok"
        seconds = perf_counter() - began
        self.metrics.observe(OPERATION_SECONDS, seconds, kind=kind, outcome=outcome)
        self.metrics.count(OPERATION_COST, prepared.cost, kind=kind)
        return found


def report(error: BaseException) -> None:
    """A bug that a client was told nothing about."""
    _log.error("an operation met a bug", exc_info=error)


def bearer(door: GraphqlDoor) -> Callable[[Request], Actor]:
    """Who acts, by the Authorization header."""
    return lambda asked: door.authenticate(asked.headers.get("Authorization", ""))


Streamer = Callable[[Actor, str], Response]
"""Answers a request that asks for events: who, and the Authorization header they showed."""


def graphql_blueprint(door: GraphqlDoor, streamer: Streamer) -> Blueprint:
    """The door itself; its errors are GraphQL answers, whatever went wrong."""
    blueprint = Blueprint("graphql", __name__)

    @blueprint.route("/graphql", methods=["GET", "POST"])
    @guarded(bearer(door))
    def graphql() -> Response:
        if request.method == "GET" and not door.is_open:
            raise Refused(405, RefusalCode.FORBIDDEN, "Ask with POST.")
        if request.method == "POST" and protocol.wants_events(request):
            return streamer(current_actor(), request.headers.get("Authorization", ""))
        media = protocol.media_type(request)
        actor = current_actor()
        with logs.bound(org_id=actor.org_id, actor_id=actor.person_id or actor.account_id):
            params = protocol.params_of(request)
            return protocol.answer(door.answer(params, actor, door.key()), media)

    add_errors(blueprint)
    return blueprint


def _check_method(prepared: Prepared) -> None:
    if request.method == "GET" and prepared.kind is not OperationType.QUERY:
        raise Refused(405, RefusalCode.FORBIDDEN, "Only queries are taken with GET.")
    if prepared.kind is OperationType.SUBSCRIPTION:
        sentence = "Subscriptions are taken as text/event-stream."
        raise Refusal(RefusalCode.UNSUPPORTED_MEDIA, sentence)


def add_errors(blueprint: Blueprint) -> None:
    """Answer every error of a blueprint in the shape of GraphQL."""
    blueprint.register_error_handler(Refused, _failed)
    blueprint.register_error_handler(Refusal, protocol.refusal)
    blueprint.register_error_handler(Unavailable, _unavailable)
    blueprint.register_error_handler(HTTPException, _http)


def _failed(error: Refused) -> Response:
    media = protocol.GRAPHQL if protocol.GRAPHQL in str(request.accept_mimetypes) else protocol.JSON
    response = protocol.failure(error, media)
    if error.status == 405:
        response.headers["Allow"] = "POST"
    return response


def _unavailable(error: Unavailable) -> Response:
    _log.warning("unavailable", cause=str(error))
    sentence = "A part of the platform is out of reach. Try again."
    return protocol.refusal(Refusal(RefusalCode.UNAVAILABLE, sentence))


def _http(error: HTTPException) -> Response:
    if error.code == 413:
        return protocol.failure(protocol.too_large())
    return protocol.failure(
        Refused(error.code or 400, RefusalCode.MALFORMED, error.description or error.name)
    )
