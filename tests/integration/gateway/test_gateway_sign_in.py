"""Sign-in, sessions, keys and invitations through the public doors (S6, S8)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from chassis.ids import derived, public_id
from contracts.permissions import Permission
from services.graphql_gateway.adapters.secrets import ALGORITHM
from services.graphql_gateway.application.identity.passwords import create_operator
from tests.integration.gateway.doors import KEY, PASSWORD, Doors
from tests.support import gateway_data as a
from tests.support.waiting import eventually

Json = dict[str, Any]


@pytest.fixture
def doors(mongo_uri: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace)
    made.put("organizations", a.an_organization(ORG_A, slug="org-a", name="A"))
    made.put("organizations", a.an_organization(ORG_B, slug="org-b", name="B"))
    yield made
    made.close()


def _org(slug: str) -> str:
    return derived("organization", slug)


ORG_A, ORG_B = _org("org-a"), _org("org-b")


def post(doors: Doors, path: str, body: Json, token: str = "") -> Any:
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    return doors.app.test_client().post(f"/auth/{path}", json=body, headers=shown)


def sign_in(doors: Doors, **changes: Any) -> Any:
    return post(doors, "sign-in", {"email": "ann@example.org", "password": PASSWORD, **changes})


def graphql(doors: Doors, text: str, token: str, **variables: Any) -> Any:
    body = {"query": text, "variables": variables}
    shown = {"Authorization": f"Bearer {token}"}
    return doors.app.test_client().post("/graphql", json=body, headers=shown)


def who(doors: Doors, token: str) -> Any:
    return graphql(doors, "{ viewer { kind person { name } organization { slug } } }", token)


def test_a_member_signs_in_and_is_known(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    answer = sign_in(doors, email="Ann@Example.org")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["expires_in"] == 600
    viewer = who(doors, answer.json["access_token"]).json["data"]["viewer"]
    assert viewer["organization"] == {"slug": "org-a"}
    assert viewer["person"]["name"].startswith("Person ann")


def test_whatever_is_wrong_is_answered_alike(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    answers = [
        sign_in(doors, password="wrong"),
        sign_in(doors, email="nobody@example.org"),
        sign_in(doors, organization="org-b"),
        sign_in(doors, organization="no-such"),
    ]
    assert {each.status_code for each in answers} == {401}
    assert {each.get_data() for each in answers} == {answers[0].get_data()}
    assert answers[0].json["code"] == "WrongCredentials"


def test_who_belongs_to_several_organizations_names_one(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    doors.a_member("ann", org=ORG_B)
    answer = sign_in(doors)
    assert (answer.status_code, answer.json["code"]) == (422, "OrganizationNeeded")
    assert [each["slug"] for each in answer.json["data"]["organizations"]] == ["org-a", "org-b"]
    token = sign_in(doors, organization="org-b").json["access_token"]
    assert who(doors, token).json["data"]["viewer"]["organization"] == {"slug": "org-b"}


def test_a_refresh_token_works_once_and_its_return_ends_the_session(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    first = sign_in(doors).json
    second = post(doors, "refresh", {"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    assert who(doors, second.json["access_token"]).status_code == 200
    stolen = post(doors, "refresh", {"refresh_token": first["refresh_token"]})
    assert stolen.json["code"] == "WrongCredentials"
    honest = post(doors, "refresh", {"refresh_token": second.json["refresh_token"]})
    assert honest.status_code == 401
    eventually(lambda: who(doors, second.json["access_token"]).status_code == 401, within_s=5)


def test_signing_out_ends_the_session_within_five_seconds(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    tokens = sign_in(doors).json
    assert who(doors, tokens["access_token"]).status_code == 200
    assert post(doors, "sign-out", {}, tokens["access_token"]).status_code == 204
    eventually(lambda: who(doors, tokens["access_token"]).status_code == 401, within_s=5)
    assert post(doors, "refresh", {"refresh_token": tokens["refresh_token"]}).status_code == 401


def test_guessing_is_slowed_down(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    codes = [sign_in(doors, password=f"wrong {n}").json["code"] for n in range(12)]
    assert codes[0] == "WrongCredentials"
    assert codes[-1] == "RateLimited"
    assert sign_in(doors).status_code == 429


def forgeries(good: str) -> dict[str, str]:
    """Thirty tokens that are each wrong in one way."""
    header, body, _ = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})

    def signed(key: str = KEY, algorithm: str | None = ALGORITHM, **changes: Any) -> str:
        kept = {k: v for k, v in {**claims, **changes}.items() if v is not ...}
        return jwt.encode(kept, key, algorithm=algorithm)

    def raw(head: Json, content: str = body, signature: str = "") -> str:
        packed = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=").decode()
        return f"{packed}.{content}.{signature}"

    return _signed_wrong(signed, claims) | {
        "empty key": raw({"alg": "HS256", "typ": "JWT"}),
        "no algorithm": raw({"alg": "none"}),
        "None in capitals": raw({"alg": "NONE"}),
        "nOnE": raw({"alg": "nOnE"}),
        "RS256 claimed": raw({"alg": "RS256"}, signature="AAAA"),
        "ES256 claimed": raw({"alg": "ES256"}, signature="AAAA"),
        "jku": raw({"alg": "RS256", "jku": "http://127.0.0.1:1/keys"}, signature="AAAA"),
        "jwk": raw({"alg": "HS256", "jwk": {"kty": "oct", "k": "AAAA"}}, signature="AAAA"),
        "kid path": raw({"alg": "HS256", "kid": "/dev/null"}, signature="AAAA"),
        "body changed": f"{header}.{base64.urlsafe_b64encode(b'{}').decode()}.{good.split('.')[2]}",
        "signature cut": good[:-4],
        "two parts": f"{header}.{body}",
        "four parts": f"{good}.x",
    }


def _signed_wrong(signed: Callable[..., str], claims: Json) -> dict[str, str]:
    """Tokens whose signature fits and whose words do not."""
    past = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    return {
        "other key": signed(key="x" * 64),
        "HS384": signed(algorithm="HS384"),
        "HS512": signed(algorithm="HS512"),
        "expired": signed(exp=past),
        "no expiry": signed(exp=...),
        "expiry is text": signed(exp="never"),
        "no issuer": signed(iss=...),
        "other issuer": signed(iss="somebody"),
        "internal issuer": signed(iss="rostrum"),
        "no audience": signed(aud=...),
        "other audience": signed(aud="workflow"),
        "audience list of others": signed(aud=["a", "b"]),
        "no subject": signed(sub=...),
        "other subject": signed(sub="somebody"),
        "no actor": signed(actor=...),
        "actor is text": signed(actor="ann"),
        "unknown kind": signed(actor={**claims["actor"], "kind": "root"}),
        "other organization": signed(actor={**claims["actor"], "org_id": ORG_B}),
        "no session": signed(actor={**claims["actor"], "session_id": None}),
        "other session": signed(actor={**claims["actor"], "session_id": "guess"}),
    }


def test_forged_access_tokens_are_refused(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    good = sign_in(doors).json["access_token"]
    assert who(doors, good).status_code == 200
    found = forgeries(good)
    assert len(found) >= 30
    for name, token in found.items():
        assert who(doors, token).status_code == 401, name


def test_a_key_is_shown_once_and_only_its_hash_is_kept(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    token = sign_in(doors).json["access_token"]
    text = """mutation { apiKeyCreate(input: {name: "ci", scopes: [CHANNEL_READ]}) {
      apiKey { id name scopes lastUsedAt person { name } } secret userErrors { code } } }"""
    made = graphql(doors, text, token).json["data"]["apiKeyCreate"]
    assert made["userErrors"] == []
    secret = made["secret"]
    assert secret.startswith("rst_live_")
    stored = repr(list(doors.own["keys"].find())) + repr(list(doors.own["idempotency"].find()))
    assert secret.rpartition("_")[2] not in stored + repr(list(doors.own["audit_entries"].find()))
    shown = graphql(doors, "{ viewer { permissions } units { nodes { id } } }", secret).json
    assert shown["data"]["viewer"]["permissions"] == ["CHANNEL_READ"]
    assert shown["errors"][0]["extensions"]["code"] == "Forbidden"
    listed = "{ apiKeys { nodes { name lastUsedAt revokedAt } } }"
    (key,) = graphql(doors, listed, token).json["data"]["apiKeys"]["nodes"]
    assert key["lastUsedAt"] is not None
    ended = """mutation($id: ID!) { apiKeyRevoke(input: {keyId: $id}) { apiKey { revokedAt } userErrors { code } } }"""
    gone = graphql(doors, ended, token, id=made["apiKey"]["id"]).json["data"]["apiKeyRevoke"]
    assert gone["apiKey"]["revokedAt"] is not None
    eventually(lambda: graphql(doors, listed, secret).status_code == 401, within_s=5)


def test_a_repeated_creation_makes_no_second_key(doors: Doors) -> None:
    doors.a_member("ann", org=ORG_A)
    token = sign_in(doors).json["access_token"]
    text = 'mutation { apiKeyCreate(input: {name: "ci"}) { secret userErrors { code } } }'
    shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}
    client: Any = doors.app.test_client()
    answers = [client.post("/graphql", json={"query": text}, headers=shown).json for _ in range(2)]
    assert answers[0]["data"]["apiKeyCreate"]["userErrors"] == []
    assert answers[1]["data"]["apiKeyCreate"] == {
        "secret": None,
        "userErrors": [{"code": "AlreadyExists"}],
    }
    assert doors.own["keys"].count_documents({}) == 1


def test_a_key_makes_no_key_that_may_more_and_expires(doors: Doors) -> None:
    ann = doors.a_member("ann", org=ORG_A)
    key = doors.a_key(ann, scopes=(Permission.KEY_MANAGE,))
    text = 'mutation { apiKeyCreate(input: {name: "x", scopes: [CONTENT_REVOKE]}) { userErrors { code } } }'
    answer = graphql(doors, text, key).json["data"]["apiKeyCreate"]
    assert answer["userErrors"] == [{"code": "Forbidden"}]
    old = doors.a_key(ann, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert who(doors, old).status_code == 401


def test_people_end_their_own_sessions_and_only_managers_those_of_others(doors: Doors) -> None:
    doors.a_member("ann", "responder", org=ORG_A)
    doors.a_member("bob", "admin", org=ORG_A)
    ann = sign_in(doors).json["access_token"]
    bob = sign_in(doors, email="bob@example.org").json["access_token"]
    listed = "{ sessions { nodes { id person { name } } } }"
    assert len(graphql(doors, listed, ann).json["data"]["sessions"]["nodes"]) == 1
    sessions = graphql(doors, listed, bob).json["data"]["sessions"]["nodes"]
    assert len(sessions) == 2
    mine, theirs = (
        next(s["id"] for s in sessions if name in s["person"]["name"]) for name in ("ann", "bob")
    )
    text = "mutation($id: ID!) { sessionRevoke(input: {sessionId: $id}) { session { revokedAt } userErrors { code } } }"
    refused = graphql(doors, text, ann, id=theirs).json["data"]["sessionRevoke"]
    nothing = public_id("Session", "nothing")
    assert refused == graphql(doors, text, ann, id=nothing).json["data"]["sessionRevoke"]
    assert refused["userErrors"] == [{"code": "NotFound"}]
    assert graphql(doors, text, bob, id=mine).json["data"]["sessionRevoke"]["userErrors"] == []
    eventually(lambda: who(doors, ann).status_code == 401, within_s=5)


def test_an_operator_may_create_organizations_and_sees_no_tenant(doors: Doors) -> None:
    create_operator(doors.parts.identity, email="op@example.org", password=PASSWORD)
    token = sign_in(doors, email="op@example.org").json["access_token"]
    answer = graphql(
        doors, "{ viewer { kind permissions organization { id } } units { nodes { id } } }", token
    )
    assert answer.json["data"]["viewer"]["kind"] == "OPERATOR"
    assert answer.json["data"]["viewer"]["permissions"] == [
        "ORGANIZATION_CREATE",
        "OPERATIONS_READ",
    ]
    assert answer.json["data"]["units"] is None


def test_bad_bodies_are_refused_with_a_code(doors: Doors) -> None:
    client: Any = doors.app.test_client()
    for body, status in (
        (b"", 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b'{"email": 1}', 422),
        (b"{}", 422),
    ):
        answer = client.post("/auth/sign-in", data=body, content_type="application/json")
        assert (answer.status_code, bool(answer.json["code"])) == (status, True), body
    assert client.post("/auth/sign-in", data=b"x").status_code == 415
