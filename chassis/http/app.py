"""The app factory: problem documents, traces, measured requests, health and metrics doors.

One request never sees a bug's text: whatever is no Refusal is logged and answered as Internal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import ExitStack
from time import perf_counter
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry
from werkzeug.exceptions import HTTPException

from chassis import logs, tracing
from chassis.errors import Conflict, Refusal, RefusalCode, Unavailable
from chassis.health import Health, observe_health
from chassis.http.doors import close_doors
from chassis.http.ops import answer_health, answer_metrics
from chassis.metric_defs import HTTP_METRICS, HTTP_REQUEST_SECONDS, HTTP_UNHANDLED
from chassis.metrics import Metrics
from chassis.problems import CONTENT_TYPE, problem_document

OPS_ROUTES: Final = ("/livez", "/readyz", "/metrics")
"""Public in every app: they tell about the process, never about an organization."""
LARGEST_BODY: Final = 1_048_576
"""Bytes; an app that takes uploads says more."""
_HEALTH: Final = "rostrum_health"
_METRICS: Final = "rostrum_metrics"
_CODES: Final = {
    401: RefusalCode.UNAUTHENTICATED,
    403: RefusalCode.FORBIDDEN,
    404: RefusalCode.NOT_FOUND,
    413: RefusalCode.TOO_LARGE,
    415: RefusalCode.UNSUPPORTED_MEDIA,
    429: RefusalCode.RATE_LIMITED,
}
_log = logs.get(__name__)


def create_app(
    name: str,
    *,
    blueprints: Iterable[Blueprint],
    health: Health,
    registry: CollectorRegistry,
    public_routes: Collection[str] = (),
) -> Flask:
    """An app whose routes are all guarded, but for ``public_routes``; raises OpenDoor otherwise."""
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions[_HEALTH] = health
    app.extensions[_METRICS] = Metrics(HTTP_METRICS, registry)
    observe_health(registry, health)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    _add_ops(app, health, registry)
    _add_errors(app)
    app.before_request(_begin)
    app.after_request(_measure)
    app.teardown_request(_end)
    close_doors(app, {*OPS_ROUTES, *public_routes})
    return app


def app_metrics(app: Flask) -> Metrics:
    """The metrics of requests and commands of this app."""
    found: Metrics = app.extensions[_METRICS]
    return found


def app_health(app: Flask) -> Health:
    """The health this app tells about."""
    found: Health = app.extensions[_HEALTH]
    return found


def problem(refusal: Refusal, *, status: int | None = None) -> Response:
    """A refusal as a response."""
    response = Response(
        problem_document(refusal, status=status),
        status=status or refusal.status,
        content_type=CONTENT_TYPE,
    )
    retry_after = refusal.data.get("retry_after")
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(float(retry_after))))
    return response


def _add_ops(app: Flask, health: Health, registry: CollectorRegistry) -> None:
    def respond(answer: tuple[int, str, bytes]) -> Response:
        status, content_type, body = answer
        return Response(body, status=status, content_type=content_type)

    app.add_url_rule("/livez", "livez", lambda: respond(answer_health(health.live())))
    app.add_url_rule("/readyz", "readyz", lambda: respond(answer_health(health.ready())))
    app.add_url_rule("/metrics", "metrics", lambda: respond(answer_metrics(registry)))


def _add_errors(app: Flask) -> None:
    app.register_error_handler(Refusal, problem)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _unavailable(error: Unavailable) -> Response:
    _log.warning("unavailable", cause=str(error))
    data = {"retry_after": error.retry_after or 1}
    sentence = "Something this needs is out of reach; try again."
    return problem(Refusal(RefusalCode.UNAVAILABLE, sentence, data=data))


def _conflict(_: Conflict) -> Response:
    sentence = "Others change the same thing right now; try again."
    return problem(Refusal(RefusalCode.UNAVAILABLE, sentence, data={"retry_after": 1}))


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    code = _CODES.get(status, RefusalCode.MALFORMED if status < 500 else RefusalCode.INTERNAL)
    response = problem(Refusal(code, error.description or error.name), status=status)
    for header, value in error.get_headers():
        if header.lower() not in {"content-type", "content-length"}:
            response.headers[header] = value
    return response


def _bug(error: Exception) -> Response:
    route = _route()
    _log.error("request ended in a bug", route=route, exc_info=error)
    _metrics_here().count(HTTP_UNHANDLED, route=route)
    sentence = "Something went wrong on our side; it has been noted."
    trace_id = tracing.current_trace_id()
    return problem(Refusal(RefusalCode.INTERNAL, sentence, data={"trace_id": trace_id}))


def _begin() -> None:
    g.rostrum_began = perf_counter()
    g.rostrum_open = ExitStack()
    g.rostrum_open.enter_context(logs.bound(route=_route()))
    g.rostrum_open.enter_context(
        tracing.within(request.headers.get(tracing.HEADER), f"{request.method} {_route()}")
    )


def _measure(response: Response) -> Response:
    began = g.get("rostrum_began")
    if began is not None:
        _metrics_here().observe(
            HTTP_REQUEST_SECONDS,
            perf_counter() - began,
            route=_route(),
            method=request.method if request.url_rule else "other",
            status=str(response.status_code),
        )
    return response


def _end(_: BaseException | None) -> None:
    stack: Any = g.pop("rostrum_open", None)
    if stack is not None:
        stack.close()


def _route() -> str:
    """The route's pattern, never the path: ids and guesses would make endless labels."""
    return request.url_rule.rule if request.url_rule else "unmatched"


def _metrics_here() -> Metrics:
    found: Metrics = current_app.extensions[_METRICS]
    return found
