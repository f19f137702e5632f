"""Who manages people gives members their way in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chassis.ids import public_id
from tests.integration.gateway.doors import PASSWORD, Doors
from tests.integration.gateway.test_gateway_people import ORG, join
from tests.support import gateway_data as a

INVITE = """mutation($id: ID!) { personInvite(input: {personId: $id}) {
    token person { name } userErrors { code } } }"""


@pytest.fixture
def doors(mongo_uri: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace)
    made.put("organizations", a.an_organization(ORG, slug="org-a"))
    yield made
    made.close()


def invite(doors: Doors, who: str, ident: str) -> Any:
    shown = {"Authorization": f"Bearer {who}"}
    body = {"query": INVITE, "variables": {"id": public_id("Person", ident)}}
    client: Any = doors.app.test_client()
    answer = client.post("/graphql", json=body, headers=shown)
    return answer.json["data"]["personInvite"]


def test_an_admin_hands_a_member_the_token_with_which_they_set_a_password(doors: Doors) -> None:
    admin = doors.a_key(doors.a_member("ann", org=ORG))
    join(doors)
    given = invite(doors, admin, "new")
    assert given["userErrors"] == []
    body = {"token": given["token"], "password": PASSWORD}
    accepted: Any = doors.app.test_client().post("/auth/accept", json=body)
    assert accepted.status_code == 200
    assert invite(doors, admin, "new")["userErrors"] == [{"code": "AlreadyExists"}]
    assert invite(doors, admin, "nobody")["userErrors"] == [{"code": "NotFound"}]


def test_nobody_else_gets_one(doors: Doors) -> None:
    responder = doors.a_key(doors.a_member("bob", "responder", ORG))
    join(doors)
    assert invite(doors, responder, "new") == {
        "token": None, "person": None, "userErrors": [{"code": "Forbidden"}],
    }  # fmt: skip
