"""POST /commands/<Name>: the door through which orders reach the owner of some state (rule 3).

Headers: ``Authorization: Bearer <internal token>``, ``Idempotency-Key`` and ``Rostrum-Alias`` (the
root alias of a GraphQL mutation; one request may carry the same command twice), ``traceparent``.
"""

from __future__ import annotations

from time import perf_counter
from typing import Final, Protocol

from flask import Blueprint, Request, Response, current_app, request

from chassis import logs
from chassis.commands import HandledAnswer, IdempotencyKey
from chassis.errors import Refusal, RefusalCode
from chassis.http.app import app_metrics
from chassis.http.doors import current_actor, guarded
from chassis.http.tokens import InternalVerifier
from chassis.metric_defs import COMMAND_SECONDS
from chassis.ports import Actor
from chassis.problems import CONTENT_TYPE, refusal_of
from contracts import catalog as _catalog  # noqa: F401 - importing it fills COMMANDS
from contracts.commands import COMMANDS

KEY_HEADER: Final = "Idempotency-Key"
ALIAS_HEADER: Final = "Rostrum-Alias"
REPEAT_HEADER: Final = "Rostrum-Repeat"
LONGEST_KEY: Final = 255


class Bus(Protocol):
    """What the door needs of ``chassis.commands.CommandBus``."""

    def handle(
        self, name: str, body: bytes, actor: Actor, *, key: IdempotencyKey | None
    ) -> HandledAnswer:
        """Run the command in one transaction; a refusal is raised, or is the stored answer."""
        ...


def command_blueprint(bus: Bus, verifier: InternalVerifier) -> Blueprint:
    """The commands of one service."""
    blueprint = Blueprint("commands", __name__)

    def by_internal_token(asked: Request) -> Actor:
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        return verifier.verify(token if scheme.lower() == "bearer" else "")

    @blueprint.post("/commands/<name>")
    @guarded(by_internal_token)
    def take(name: str) -> Response:
        actor = current_actor()
        with logs.bound(org_id=actor.org_id, actor_id=actor.person_id or actor.account_id):
            return _measured(bus, name, actor)

    return blueprint


def _measured(bus: Bus, name: str, actor: Actor) -> Response:
    began, outcome = perf_counter(), "failed"
    try:
        answer = bus.handle(name, _body(), actor, key=_key())
        outcome = _outcome(answer)
    except Refusal as no:
        outcome = no.code.value
        raise
    finally:
        label = name if name in COMMANDS else "unknown"
        metrics = app_metrics(current_app)
        metrics.observe(COMMAND_SECONDS, perf_counter() - began, command=label, outcome=outcome)
    return _response(answer)


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise Refusal(RefusalCode.UNSUPPORTED_MEDIA, "A command is sent as application/json.")
    return request.get_data(cache=False)


def _key() -> IdempotencyKey | None:
    key = request.headers.get(KEY_HEADER, "")
    alias = request.headers.get(ALIAS_HEADER, "")
    if len(key) > LONGEST_KEY or len(alias) > LONGEST_KEY:
        sentence = f"{KEY_HEADER} and {ALIAS_HEADER} have at most {LONGEST_KEY} characters."
        raise Refusal(RefusalCode.MALFORMED, sentence)
    return IdempotencyKey(key=key, alias=alias) if key else None


def _outcome(answer: HandledAnswer) -> str:
    if answer.status >= 400:
        refusal = refusal_of(answer.body)
        return refusal.code.value if refusal else "refused"
    return "repeat" if answer.is_repeat else "ok"


def _response(answer: HandledAnswer) -> Response:
    kind = "application/json" if answer.status < 400 else CONTENT_TYPE
    response = Response(answer.body, status=answer.status, content_type=kind)
    if answer.is_repeat:
        response.headers[REPEAT_HEADER] = "true"
    return response
