"""The worker's consumer: who joins gets an invitation, who leaves holds nothing any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from chassis.ids import derived
from chassis.ports import Delivered
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.refusals import Refusal
from contracts.workflow.organizations import PersonAdded, PersonDeactivated
from services.graphql_gateway.application.identity.apply_people import apply_people
from services.graphql_gateway.application.identity.invitation import invitation_token
from tests.integration.gateway.doors import PASSWORD, Doors
from tests.support import gateway_data as a
from tests.support.waiting import eventually

ORG = derived("organization", "org-a")
ACCOUNT = derived("account", "new@example.org")


@pytest.fixture
def doors(mongo_uri: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace)
    made.put("organizations", a.an_organization(ORG, slug="org-a"))
    yield made
    made.close()


def delivered(fact: Fact, sequence: int, org: str = ORG) -> Delivered:
    envelope = Envelope(
        id=f"fact-{sequence}",
        type=fact.TYPE,
        source="/rostrum/workflow",
        subject="new",
        time=datetime(2026, 3, 1, tzinfo=UTC),
        org_id=org,
        sequence=sequence,
    )
    return Delivered(envelope=envelope, fact=fact)


ADDED = PersonAdded(person_id="new", account_id=ACCOUNT, email="new@example.org", name="New")
LEFT = PersonDeactivated(person_id="new", account_id=ACCOUNT, reason="moved on")


def hear(doors: Doors, *facts: Delivered) -> None:
    doors.parts.factory.run_batch(lambda batch: apply_people(facts, batch))


def join(doors: Doors) -> str:
    """A new person, as workflow stores and tells it; the token of their invitation."""
    person = a.a_person("new", ORG, email="new@example.org", account_id=ACCOUNT)
    doors.put("people", person)
    doors.put("grants", a.a_grant("new", "admin", ORG))
    hear(doors, delivered(ADDED, 1))
    return invitation_token(doors.parts.identity, org_id=ORG, person_id="new")


def test_an_invitation_leads_to_a_password_and_a_session(doors: Doors) -> None:
    client: Any = doors.app.test_client()
    token = join(doors)
    short = client.post("/auth/accept", json={"token": token, "password": "short"})
    assert short.json["code"] == "InvalidArgument"
    answer = client.post("/auth/accept", json={"token": token, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json["organization_id"] == ORG
    again = client.post("/auth/accept", json={"token": token, "password": PASSWORD})
    assert again.json["code"] == "WrongCredentials"
    signed = client.post("/auth/sign-in", json={"email": "new@example.org", "password": PASSWORD})
    assert signed.status_code == 200
    with pytest.raises(Refusal):
        invitation_token(doors.parts.identity, org_id=ORG, person_id="new")


def test_a_new_link_makes_the_one_before_worthless(doors: Doors) -> None:
    first = join(doors)
    second = invitation_token(doors.parts.identity, org_id=ORG, person_id="new")
    client: Any = doors.app.test_client()
    assert (
        client.post("/auth/accept", json={"token": first, "password": PASSWORD}).status_code == 401
    )
    assert (
        client.post("/auth/accept", json={"token": second, "password": PASSWORD}).status_code == 200
    )


def _is_refused(client: Any, shown: dict[str, str]) -> bool:
    answer = client.post("/graphql", json={"query": "{ viewer { kind } }"}, headers=shown)
    return bool(answer.status_code == 401)


def test_who_leaves_loses_sessions_keys_and_the_way_in(doors: Doors) -> None:
    client: Any = doors.app.test_client()
    accepted = client.post("/auth/accept", json={"token": join(doors), "password": PASSWORD})
    shown = {"Authorization": f"Bearer {accepted.json['access_token']}"}
    made = client.post(
        "/graphql",
        json={"query": 'mutation { apiKeyCreate(input: {name: "k"}) { secret } }'},
        headers=shown,
    )
    key = {"Authorization": f"Bearer {made.json['data']['apiKeyCreate']['secret']}"}
    asked = {"query": "{ viewer { kind } }"}
    assert client.post("/graphql", json=asked, headers=key).status_code == 200
    hear(doors, delivered(LEFT, 2))
    for each in (shown, key):
        eventually(
            partial(_is_refused, client, each),
            within_s=5,
        )
    body = {"email": "new@example.org", "password": PASSWORD}
    assert client.post("/auth/sign-in", json=body).json["code"] == "WrongCredentials"
    refresh = {"refresh_token": accepted.json["refresh_token"]}
    assert client.post("/auth/refresh", json=refresh).status_code == 401


def test_a_batch_heard_twice_changes_nothing_the_second_time(doors: Doors) -> None:
    other = derived("organization", "org-b")
    facts = (delivered(ADDED, 1), delivered(ADDED, 1, other), delivered(LEFT, 2))
    hear(doors, *facts)

    def state() -> list[object]:
        names = ("email", "memberships", "password_hash", "token_hash", "person_id")
        return [
            {n: d.get(n) for n in names}
            for c in ("accounts", "invitations")
            for d in doors.own[c].find().sort("_id")
        ]

    before = state()
    hear(doors, *facts)
    assert state() == before
    (account,) = doors.own["accounts"].find()
    assert {m["org_id"]: m["is_active"] for m in account["memberships"]} == {
        ORG: False,
        other: False,
    }
