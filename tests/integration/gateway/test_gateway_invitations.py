"""Who manages people gives members their way in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chassis.ids import derived, public_id
from contracts.workflow.organizations import PersonAdded
from services.graphql_gateway.application.identity.invitation import invitation_token
from tests.integration.gateway.doors import PASSWORD, Doors
from tests.integration.gateway.test_gateway_people import (
    ACCOUNT,
    ADDED,
    LEFT,
    ORG,
    delivered,
    hear,
    join,
)
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


OTHER = derived("organization", "org-b")
RIVAL = "the password of a rival admin"


@pytest.fixture
def two(doors: Doors) -> Doors:
    """Two organizations that both know the address new@example.org; nobody has accepted yet."""
    doors.put("organizations", a.an_organization(OTHER, slug="org-b"))
    join(doors)
    doors.put("people", a.a_person("also", OTHER, email="new@example.org", account_id=ACCOUNT))
    added = PersonAdded(person_id="also", account_id=ACCOUNT, email="new@example.org", name="New")
    hear(doors, delivered(added, 1, OTHER))
    return doors


def enter(doors: Doors, org: str, person: str, password: str) -> int:
    """The status of an acceptance with a fresh token."""
    token = invitation_token(doors.parts.identity, org_id=org, person_id=person)
    client: Any = doors.app.test_client()
    return int(client.post("/auth/accept", json={"token": token, "password": password}).status_code)


def opens(doors: Doors, slug: str, password: str) -> bool:
    body = {"email": "new@example.org", "password": password, "organization": slug}
    client: Any = doors.app.test_client()
    return bool(client.post("/auth/sign-in", json=body).status_code == 200)


def test_an_invitation_of_one_organization_opens_no_door_of_another(two: Doors) -> None:
    assert enter(two, OTHER, "also", RIVAL) == 200
    assert opens(two, "org-b", RIVAL)
    assert not opens(two, "org-a", RIVAL)


def test_an_account_that_has_a_password_is_entered_with_it_only(two: Doors) -> None:
    assert enter(two, ORG, "new", PASSWORD) == 200
    assert enter(two, OTHER, "also", RIVAL) == 401
    assert not opens(two, "org-b", RIVAL)
    assert not opens(two, "org-a", RIVAL)
    assert enter(two, OTHER, "also", PASSWORD) == 200
    assert opens(two, "org-b", PASSWORD)
    assert opens(two, "org-a", PASSWORD)


def test_who_left_and_comes_back_is_invited_again(doors: Doors) -> None:
    join(doors)
    assert enter(doors, ORG, "new", PASSWORD) == 200
    hear(doors, delivered(LEFT, 2))
    assert not opens(doors, "org-a", PASSWORD)
    hear(doors, delivered(ADDED, 3))
    assert not opens(doors, "org-a", PASSWORD)
    assert enter(doors, ORG, "new", PASSWORD) == 200
    assert opens(doors, "org-a", PASSWORD)
