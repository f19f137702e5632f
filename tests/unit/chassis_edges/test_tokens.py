"""Internal tokens: one audience, half a minute, nothing else is accepted (rule 3, S6)."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest

from chassis.clock import FixedClock
from chassis.errors import Refusal, RefusalCode
from chassis.http.tokens import InternalSigner, InternalVerifier
from chassis.ports import Actor, ActorKind
from contracts.permissions import Permission

KEY = "an internal key of this installation"
ACTOR = Actor(
    kind=ActorKind.PERSON,
    account_id="a1",
    org_id="o1",
    person_id="p1",
    session_id="s1",
    scopes=frozenset({Permission.CONTENT_READ}),
    source="203.0.113.9",
)


def pair(clock: FixedClock) -> tuple[InternalSigner, InternalVerifier]:
    return InternalSigner(KEY, clock), InternalVerifier(KEY, "workflow", clock)


def claims(clock: FixedClock, **changed: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    good = {
        "iss": "rostrum",
        "aud": "workflow",
        "sub": "a1",
        "iat": now,
        "exp": now + 30,
        "actor": {"kind": "person", "account_id": "a1"},
    }
    return {name: value for name, value in {**good, **changed}.items() if value != "-"}


def code_of(verifier: InternalVerifier, token: str) -> RefusalCode:
    with pytest.raises(Refusal) as caught:
        verifier.verify(token)
    return caught.value.code


def test_a_token_carries_the_whole_actor() -> None:
    signer, verifier = pair(FixedClock())
    assert verifier.verify(signer.sign(ACTOR, "workflow")) == ACTOR


def test_a_service_acts_without_person_or_organization() -> None:
    signer, verifier = pair(FixedClock())
    actor = Actor(kind=ActorKind.SERVICE, account_id="ingest")
    assert verifier.verify(signer.sign(actor, "workflow")) == actor


def test_a_token_for_another_audience_is_refused() -> None:
    signer, verifier = pair(FixedClock())
    assert code_of(verifier, signer.sign(ACTOR, "ingest")) is RefusalCode.UNAUTHENTICATED


def test_a_token_lives_for_half_a_minute() -> None:
    clock = FixedClock()
    signer, verifier = pair(clock)
    token = signer.sign(ACTOR, "workflow")
    clock.advance(34)
    assert verifier.verify(token) == ACTOR
    clock.advance(1)
    assert code_of(verifier, token) is RefusalCode.TOKEN_EXPIRED


def unsigned(payload: dict[str, Any], header: dict[str, str]) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (header, payload)
    ]
    return ".".join([*parts, ""])


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"iss": "-"},
        {"aud": "-"},
        {"aud": ["ingest"]},
        {"sub": "-"},
        {"sub": "another account"},
        {"iat": "-"},
        {"exp": "-"},
        {"exp": "tomorrow"},
        {"iat": 1e20},
        {"exp": 99999999999},
        {"actor": "-"},
        {"actor": "a1"},
        {"actor": {"kind": "god", "account_id": "a1"}},
        {"actor": {"kind": "person"}},
        {"actor": {"kind": "person", "account_id": "a1", "scopes": ["content.everything"]}},
    ],
)
def test_a_forged_claim_is_refused(changed: dict[str, Any]) -> None:
    clock = FixedClock()
    _, verifier = pair(clock)
    token = jwt.encode(claims(clock, **changed), KEY, algorithm="HS256")
    assert code_of(verifier, token) is RefusalCode.UNAUTHENTICATED


def test_a_token_from_the_future_is_refused() -> None:
    clock = FixedClock()
    _, verifier = pair(clock)
    later = int(clock.now().timestamp()) + 60
    token = jwt.encode(claims(clock, iat=later, exp=later + 30), KEY, algorithm="HS256")
    assert code_of(verifier, token) is RefusalCode.UNAUTHENTICATED


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_an_unsigned_token_is_refused(algorithm: str) -> None:
    clock = FixedClock()
    _, verifier = pair(clock)
    token = unsigned(claims(clock), {"alg": algorithm, "typ": "JWT"})
    assert code_of(verifier, token) is RefusalCode.UNAUTHENTICATED


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_the_right_key(algorithm: str) -> None:
    clock = FixedClock()
    _, verifier = pair(clock)
    token = jwt.encode(claims(clock), KEY * 2, algorithm=algorithm)
    assert code_of(verifier, token) is RefusalCode.UNAUTHENTICATED


def test_another_key_or_a_changed_byte_is_refused() -> None:
    clock = FixedClock()
    signer, verifier = pair(clock)
    other = jwt.encode(claims(clock), "a key of another installation....", algorithm="HS256")
    assert code_of(verifier, other) is RefusalCode.UNAUTHENTICATED
    token = signer.sign(ACTOR, "workflow")
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    assert code_of(verifier, changed) is RefusalCode.UNAUTHENTICATED


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "Bearer x", "\x00", "é" * 40])
def test_what_is_no_token_is_refused(text: str) -> None:
    _, verifier = pair(FixedClock())
    assert code_of(verifier, text) is RefusalCode.UNAUTHENTICATED
