"""GraphQL over HTTP: what a request says and how an answer is said.

Source: the GraphQL-over-HTTP specification (working draft), judged by the 61 audits of the npm
package graphql-http. Request errors are 400 under ``application/graphql-response+json`` and 200
under ``application/json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import orjson
from flask import Request, Response

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.execution.answers import Result, refused
from services.graphql_gateway.execution.engine import Request as Operation

JSON: Final = "application/json"
GRAPHQL: Final = "application/graphql-response+json"
EVENTS: Final = "text/event-stream"
LARGEST_BODY: Final = 262_144
"""Bytes; operations are small, and what is larger is an attack or an upload."""


class Refused(Exception):  # noqa: N818
    """The request is not one of GraphQL over HTTP; ``status`` says how HTTP says so."""

    def __init__(self, status: int, code: RefusalCode, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


class Params(msgspec.Struct, frozen=True):
    """The four parameters of a request, checked."""

    query: str
    variables: dict[str, Any] = {}
    operation: str | None = None

    def operation_of(self, key: str) -> Operation:
        """As the engine takes it."""
        return Operation(self.query, self.variables, self.operation, key)


def media_type(request: Request) -> str:
    """What the answer will be; Refused 406 if the client takes neither. A tie is JSON."""
    accepted = request.accept_mimetypes
    best = accepted.best_match([JSON, GRAPHQL]) if accepted else JSON
    if best is None:
        sentence = f"The answer can be {JSON} or {GRAPHQL}."
        raise Refused(406, RefusalCode.UNSUPPORTED_MEDIA, sentence)
    return best


def wants_events(request: Request) -> bool:
    """Whether the client asks for a stream of events."""
    return EVENTS in request.headers.get("Accept", "")


def params_of(request: Request) -> Params:
    """What is asked, from the query of a GET or the body of a POST."""
    given = _from_query(request) if request.method == "GET" else _from_body(request)
    text = given.get("query")
    if not isinstance(text, str) or not text:
        raise _malformed("query has to be a text.")
    _check_map(given, "extensions")
    operation = given.get("operationName")
    if operation is not None and not isinstance(operation, str):
        raise _malformed("operationName has to be a text.")
    return Params(text, _check_map(given, "variables"), operation)


def _check_map(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = given.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        message = f"{name} has to be an object."
        raise _malformed(message)
    return found


def _from_query(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.args)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _json(given[name], name)
    return given


def _from_body(request: Request) -> dict[str, Any]:
    if request.mimetype != JSON:
        sentence = f"A request is {JSON}."
        raise Refused(415, RefusalCode.UNSUPPORTED_MEDIA, sentence)
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise Refused(415, RefusalCode.UNSUPPORTED_MEDIA, "A request is UTF-8.")
    if (request.content_length or 0) > LARGEST_BODY:
        raise too_large()
    body = request.get_data(cache=False)
    if len(body) > LARGEST_BODY:
        raise too_large()
    given = _json(body, "The body")
    if not isinstance(given, dict):
        raise _malformed("The body has to be one object; batches are not taken.")
    return given


def _json(text: str | bytes, name: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        message = f"{name} is not JSON."
        raise _malformed(message) from None


def _malformed(sentence: str) -> Refused:
    return Refused(400, RefusalCode.MALFORMED, sentence)


def too_large() -> Refused:
    """More bytes than an operation has."""
    sentence = f"A request has at most {LARGEST_BODY} bytes."
    return Refused(413, RefusalCode.TOO_LARGE, sentence)


def answer(result: Result, media: str) -> Response:
    """A result as a response."""
    is_bad = result.is_request_error and media == GRAPHQL
    return _response(result.body(), media, 400 if is_bad else 200)


def failure(error: Refused, media: str = JSON) -> Response:
    """A request that GraphQL never saw."""
    body = refused(Refusal(error.code, error.sentence)).body()
    return _response(body, media, error.status)


def refusal(error: Refusal, media: str = JSON) -> Response:
    """A refusal before anything was parsed: no credentials, too many requests."""
    response = _response(refused(error).body(), media, error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="rostrum"'
    return response


def _response(body: Any, media: str, status: int) -> Response:
    content_type = f"{media}; charset=utf-8"
    return Response(orjson.dumps(body), status=status, content_type=content_type)
