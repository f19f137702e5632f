"""POST /commands/<Name>: only with a token, the key and the alias handed on, repeats marked."""

from __future__ import annotations

import pytest

from chassis.commands import HandledAnswer, IdempotencyKey
from chassis.errors import Refusal, RefusalCode, Unavailable
from tests.unit.chassis_edges.bakery import ACTOR, Bakery, Call, code_of

BODY = b'{"conversation_id":"c1"}'
PATH = "/commands/ClaimConversation"


def test_a_command_reaches_the_bus_with_actor_key_and_alias() -> None:
    bakery = Bakery()
    headers = bakery.headers(**{"Idempotency-Key": "k1", "Rostrum-Alias": "first"})
    answer = bakery.client.post(PATH, data=BODY, headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {"id": "c1", "rev": 2, "state": "claimed"}
    key = IdempotencyKey(key="k1", alias="first")
    assert bakery.bus.calls == [("ClaimConversation", BODY, ACTOR, key)]
    assert "Rostrum-Repeat" not in answer.headers


def test_a_command_without_a_key_says_so() -> None:
    bakery = Bakery()
    bakery.client.post(PATH, data=BODY, headers=bakery.headers())
    assert bakery.bus.calls[0][3] is None


def test_a_repeat_is_marked() -> None:
    def again(_: Call) -> HandledAnswer:
        return HandledAnswer(200, b"{}", is_repeat=True)

    bakery = Bakery(again)
    answer = bakery.client.post(PATH, data=BODY, headers=bakery.headers())
    assert answer.headers["Rostrum-Repeat"] == "true"


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer x", "Basic eA==", "bearer  "])
def test_nobody_gets_in_without_a_good_token(value: str | None) -> None:
    bakery = Bakery()
    headers = {**bakery.headers(), "Authorization": value}
    if value is None:
        del headers["Authorization"]
    answer = bakery.client.post(PATH, data=BODY, headers=headers)
    assert (answer.status_code, code_of(answer)) == (401, "Unauthenticated")
    assert bakery.bus.calls == []


def test_an_old_token_is_told_that_it_is_old() -> None:
    bakery = Bakery()
    headers = bakery.headers()
    bakery.clock.advance(36)
    answer = bakery.client.post(PATH, data=BODY, headers=headers)
    assert (answer.status_code, code_of(answer)) == (401, "TokenExpired")
    assert bakery.bus.calls == []


def test_another_content_type_is_refused() -> None:
    bakery = Bakery()
    headers = bakery.headers(**{"Content-Type": "text/plain"})
    answer = bakery.client.post(PATH, data=BODY, headers=headers)
    assert (answer.status_code, code_of(answer)) == (415, "UnsupportedMedia")


@pytest.mark.parametrize("header", ["Idempotency-Key", "Rostrum-Alias"])
def test_an_endless_key_is_refused(header: str) -> None:
    bakery = Bakery()
    answer = bakery.client.post(PATH, data=BODY, headers=bakery.headers(**{header: "k" * 256}))
    assert (answer.status_code, code_of(answer)) == (400, "Malformed")


def outcome_count(bakery: Bakery, command: str, outcome: str) -> float | None:
    labels = {"command": command, "outcome": outcome}
    return bakery.registry.get_sample_value("rostrum_command_seconds_count", labels)


def test_outcomes_are_measured_by_known_names_only() -> None:
    def refuse(call: Call) -> HandledAnswer:
        raise Refusal(RefusalCode.CLAIMED_BY_ANOTHER, f"no {call[0]}")

    bakery = Bakery(refuse)
    for path in (PATH, "/commands/Canary1234"):
        assert bakery.client.post(path, data=BODY, headers=bakery.headers()).status_code == 409
    assert outcome_count(bakery, "ClaimConversation", "ClaimedByAnother") == 1
    assert outcome_count(bakery, "unknown", "ClaimedByAnother") == 1


def test_a_store_out_of_reach_is_a_wait() -> None:
    def away(_: Call) -> HandledAnswer:
        raise Unavailable("MongoDB is away", retry_after=2)

    bakery = Bakery(away)
    answer = bakery.client.post(PATH, data=BODY, headers=bakery.headers())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert outcome_count(bakery, "ClaimConversation", "failed") == 1
