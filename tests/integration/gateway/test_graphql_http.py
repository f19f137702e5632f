"""GraphQL over HTTP, judged by graphql-http and by what production has to refuse."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway.doors import Doors, Served
from tests.support import gateway_data as a

NODE = Path(__file__).parents[2] / "node"


@pytest.fixture
def doors(mongo_uri: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace)
    made.put("organizations", a.an_organization())
    yield made
    made.close()


@pytest.fixture
def production(mongo_uri: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace, mode="production")
    made.put("organizations", a.an_organization())
    yield made
    made.close()


def ask(doors: Doors, body: Any, token: str = "", **headers: str) -> Any:
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    return doors.app.test_client().post("/graphql", json=body, headers={**shown, **headers})


def test_all_61_audits_of_graphql_http_are_ok(doors: Doors) -> None:
    served = Served(doors.app)
    try:
        judged = subprocess.run(
            ["node", "graphql_http_audit.mjs", served.url, doors.a_key(doors.a_member("ann"))],
            cwd=NODE,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        served.close()
    found = json.loads(judged.stdout or "{}")
    assert found == {"total": 61, "count": {"ok": 61}, "failed": []}, judged.stderr


def test_nobody_gets_in_without_credentials(doors: Doors) -> None:
    for token in ("", "nonsense", "rst_live_nonsense", "rst_live_" + "0" * 32 + "_secret"):
        answer = ask(doors, {"query": "{ viewer { kind } }"}, token)
        assert answer.status_code == 401
        assert answer.json["errors"][0]["extensions"]["code"] == "Unauthenticated"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_production_refuses_what_only_demos_need(production: Doors) -> None:
    token = production.a_key(production.a_member("ann"))
    shown = {"Authorization": f"Bearer {token}"}
    client: Any = production.app.test_client()
    got = client.get("/graphql?query={viewer{kind}}", headers=shown)
    assert (got.status_code, got.headers["Allow"]) == (405, "POST")
    assert client.get("/graphiql/page.js").status_code == 404
    page = client.get("/graphql", headers={**shown, "Accept": "text/html"})
    assert page.status_code == 405
    for text in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
        answer = ask(production, {"query": text}, token)
        assert "introspection" in answer.json["errors"][0]["message"]
    answer = ask(production, {"query": "{ viewr { kind } }"}, token)
    assert "Did you mean" not in answer.json["errors"][0]["message"]
    answer = ask(production, {"query": "query($f: Int) { units(first: $f) { nodes { id } } }",
                              "variables": {"f": "x"}}, token)  # fmt: skip
    assert answer.status_code == 200
    assert ask(production, {"query": "{ viewer { kind } }"}, token).json["data"] == {
        "viewer": {"kind": "PERSON"}
    }


def test_a_browser_gets_graphiql_in_demo_mode(doors: Doors) -> None:
    client: Any = doors.app.test_client()
    page = client.get("/graphql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status_code == 200
    assert "GraphiQL" in page.text
    for name in ("page.js", "page.css", "graphiql.min.js", "react.production.min.js"):
        assert client.get(f"/graphiql/{name}").status_code == 200, name
    assert client.get("/graphiql/package.json").status_code == 404


def test_limits_answer_with_a_code_and_their_value(doors: Doors) -> None:
    token = doors.a_key(doors.a_member("ann"))

    def refused(text: str) -> dict[str, Any]:
        answer = ask(doors, {"query": text}, token)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json["errors"][0]["extensions"]
        return found

    aliases = "{" + " ".join(f"a{n}: viewer {{ kind }}" for n in range(40)) + "}"
    assert refused(aliases) == {"code": "QueryTooLarge", "limit": 30}
    deep = "{ units { nodes " + "{ parent " * 14 + "{ id }" + " }" * 14 + "} }"
    assert refused(deep) == {"code": "QueryTooDeep", "limit": 12}
    directives = "{ viewer { kind " + "@include(if: true) " * 40 + "} }"
    assert refused(directives) == {"code": "QueryTooLarge", "limit": 30}
    assert refused("{" + "viewer { kind } " * 2_000 + "}")["code"] in {"QueryTooLarge", "Malformed"}
    bomb = "{ viewer { ...A } } " + "".join(
        f"fragment {x} on Viewer {{ {('...' + y + ' ') * 10} }} "
        for x, y in zip("ABCDE", "BCDEF", strict=True)
    ) + "fragment F on Viewer { kind }"  # fmt: skip
    assert refused(bomb)["code"] == "QueryTooLarge"
    circle = "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }"
    assert refused(circle)["code"] == "InvalidArgument"
    costly = "{ conversations(first: 100) { nodes { mentions(first: 100) { nodes { channel { name } } } } } }"
    assert refused(costly) == {"code": "CostExceeded", "cost": 10_101, "limit": 5_000}
    answer = ask(doors, {"query": "{ viewer { kind } }", "variables": {"x": "y" * 300_000}}, token)
    assert answer.status_code == 413
    assert answer.json["errors"][0]["extensions"]["code"] == "TooLarge"
    assert ask(doors, [{"query": "{ viewer { kind } }"}], token).status_code == 400


def test_the_cost_is_told(doors: Doors) -> None:
    token = doors.a_key(doors.a_member("ann"))
    answer = ask(doors, {"query": "{ units(first: 7) { nodes { parent { name } } } }"}, token)
    assert answer.json["extensions"] == {"cost": {"requested": 8}}


def test_nothing_a_client_sends_answers_500(doors: Doors) -> None:
    token = doors.a_key(doors.a_member("ann"))
    client: Any = doors.app.test_client()
    shown = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for body in (b"", b"\xff\xfe", b"null", b"1", b'{"query": 1}', b'{"query": "{"}', b"{" * 5_000,
                 b'{"query": "' + b"{a" * 20_000 + b'"}', b'{"query": "{ nodes(ids: null) { id } }"}',
                 b'{"query": "query($x: ID!) { node(id: $x) { id } }", "variables": {"x": null}}',
                 b'{"query": "{ report(from: \\"x\\", to: \\"2026-01-01\\") { firstDay } }"}',
                 b'{"query": "{ conversations(filter: null, sort: null, first: null) { nodes { id } } }"}'):  # fmt: skip
        answer = client.post("/graphql", data=body, headers=shown)
        assert answer.status_code < 500, (body[:60], answer.text)
        found: dict[str, Any] = answer.get_json()
        codes = {e["extensions"]["code"] for e in found.get("errors", [])}
        assert "Internal" not in codes, (body[:60], answer.text)
