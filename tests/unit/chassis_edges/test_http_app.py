"""The app factory: deny by default, problem documents, nothing of a bug shown."""

from __future__ import annotations

import pytest
from flask import Blueprint, Response, abort, request
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from chassis import tracing
from chassis.errors import Conflict, Refusal, RefusalCode, Unavailable
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.doors import OpenDoor
from chassis.problems import problem_document, refusal_of
from tests.unit.chassis_edges.bakery import Bakery, code_of

FAULTS: dict[str, Exception] = {
    "refusal": Refusal(
        RefusalCode.STALE_VERSION, "Somebody was faster.", field=("input", "rev"), data={"rev": 3}
    ),
    "unavailable": Unavailable("mongodb://user:pw@host is away", retry_after=7),
    "conflict": Conflict("x"),
    "bug": RuntimeError("the secret recipe"),
}


def faulty_app() -> tuple[Blueprint, CollectorRegistry]:
    blueprint = Blueprint("faults", __name__)

    @blueprint.get("/faults/<name>")
    def fault(name: str) -> Response:
        if name.isdigit():
            abort(int(name))
        raise FAULTS[name]

    @blueprint.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    @blueprint.get("/trace")
    def trace() -> str:
        return tracing.current() or ""

    return blueprint, CollectorRegistry()


def client_of_faults() -> tuple[CollectorRegistry, FlaskClient]:
    blueprint, registry = faulty_app()
    app = create_app(
        "faults",
        blueprints=[blueprint],
        health=Health(),
        registry=registry,
        public_routes=("/faults/<name>", "/echo", "/trace"),
    )
    return registry, app.test_client()


@pytest.fixture
def client() -> FlaskClient:
    return client_of_faults()[1]


def test_a_refusal_is_a_problem_document(client: FlaskClient) -> None:
    answer = client.get("/faults/refusal")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json == {
        "type": "urn:rostrum:error:StaleVersion",
        "title": "Stale version",
        "status": 409,
        "detail": "Somebody was faster.",
        "code": "StaleVersion",
        "data": {"rev": 3},
        "field": ["input", "rev"],
    }
    again = refusal_of(answer.data)
    assert again is not None
    assert (again.code, again.sentence) == (RefusalCode.STALE_VERSION, "Somebody was faster.")
    assert (again.field, again.data) == (("input", "rev"), {"rev": 3})


def test_what_is_out_of_reach_asks_to_wait_and_tells_no_secret(client: FlaskClient) -> None:
    answer = client.get("/faults/unavailable")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert b"pw" not in answer.data
    assert client.get("/faults/conflict").status_code == 503


def test_a_bug_is_masked_and_counted() -> None:
    registry, client = client_of_faults()
    answer = client.get("/faults/bug")
    assert answer.status_code == 500
    assert code_of(answer) == "Internal"
    assert b"recipe" not in answer.data
    name = "rostrum_http_unhandled_total"
    assert registry.get_sample_value(name, {"route": "/faults/<name>"}) == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "NotFound"),
        ("/faults/415", 415, "UnsupportedMedia"),
        ("/faults/400", 400, "Malformed"),
        ("/echo", 405, "Malformed"),
    ],
)
def test_what_http_refuses_is_a_problem_document_too(
    client: FlaskClient, path: str, status: int, code: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert answer.status_code == status


def test_a_method_that_is_not_allowed_says_which_is(client: FlaskClient) -> None:
    assert "POST" in client.get("/echo").headers["Allow"]


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post("/echo", data=b"x" * 1_048_577)
    assert (answer.status_code, code_of(answer)) == (413, "TooLarge")


def test_requests_are_measured_by_pattern_never_by_path() -> None:
    registry, client = client_of_faults()
    client.get("/faults/refusal")
    client.get("/canary-1234")
    name = "rostrum_http_request_seconds_count"
    labels = {"route": "/faults/<name>", "method": "GET", "status": "409"}
    assert registry.get_sample_value(name, labels) == 1
    assert b"canary" not in client.get("/metrics").data


def test_the_callers_trace_goes_on(client: FlaskClient) -> None:
    given = tracing.new_traceparent()
    found = client.get("/trace", headers={"traceparent": given}).text
    assert found.split("-")[1] == given.split("-")[1]
    assert found != given
    assert tracing.current() is None


def test_the_operators_doors_are_open() -> None:
    bakery = Bakery()
    assert bakery.client.get("/livez").status_code == 200
    assert bakery.client.get("/readyz").status_code == 200
    assert b"rostrum_ready 1.0" in bakery.client.get("/metrics").data
    bakery.health.drain()
    answer = bakery.client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {"status": "no", "parts": {"process": "draining"}},
    )
    assert bakery.client.get("/livez").status_code == 200


def test_a_route_nobody_guards_stops_the_start() -> None:
    blueprint, registry = faulty_app()
    with pytest.raises(OpenDoor, match="/echo, /trace"):
        create_app(
            "faults",
            blueprints=[blueprint],
            health=Health(),
            registry=registry,
            public_routes=("/faults/<name>",),
        )


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"code":"Nonsense"}', b"<html>", b"\xff"])
def test_foreign_bytes_are_no_problem_document(body: bytes) -> None:
    assert refusal_of(body) is None


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_code_survives_the_way(code: RefusalCode) -> None:
    found = refusal_of(problem_document(Refusal(code, "Weil es nötig ist.")))
    assert found is not None
    assert (found.code, found.sentence) == (code, "Weil es nötig ist.")
