"""What the guarded way out promises, for the real client and for its twin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.outbound import GuardedClient, MaybeSent, NotSent, OutboundResponse, TooMuch

HELLO = "Grüße aus Zürich".encode()


@dataclass(frozen=True)
class World:
    """A client and an outside that behaves like ``outside``, at two origins."""

    client: GuardedClient
    base: str
    other: str
    nobody: str


class CutOff(Exception):  # noqa: N818 - an event of the made-up outside
    """The outside hangs up after it read the request."""


def outside(
    method: str, path: str, headers: Mapping[str, str], *, body: bytes | None, other: str
) -> OutboundResponse:
    """How the made-up outside answers; ``other`` is its second origin."""
    word, _, argument = path.strip("/").partition("/")
    told = {"method": method, "headers": dict(headers), "body": (body or b"").decode()}
    if word == "cut":
        raise CutOff
    answers = {
        "hello": lambda: OutboundResponse(200, {"X-Name": "Zoe"}, HELLO),
        "echo": lambda: OutboundResponse(200, {}, json.dumps(told).encode()),
        "big": lambda: OutboundResponse(200, {}, b"x" * int(argument)),
        "hop": lambda: _to(f"/hop/{int(argument) - 1}" if int(argument) else "/echo"),
        "away": lambda: _to(f"{other}/echo"),
        "to": lambda: _to(argument),
    }
    return answers.get(word, lambda: OutboundResponse(404, {}, b""))()


def _to(location: str) -> OutboundResponse:
    return OutboundResponse(302, {"Location": location}, b"")


class OutboundSuite:
    """Every way out behaves like this."""

    def test_an_answer_has_status_lower_case_headers_and_body(self, world: World) -> None:
        answer = world.client.request("GET", f"{world.base}/hello")
        assert (answer.status, answer.body) == (200, HELLO)
        assert "x-name" in answer.headers

    def test_method_headers_and_body_arrive(self, world: World) -> None:
        answer = world.client.request(
            "post", f"{world.base}/echo", headers={"X-Key": "k1"}, body="größer".encode()
        )
        told = json.loads(answer.body)
        assert (told["method"], told["body"]) == ("POST", "größer")
        assert told["headers"]["x-key"] == "k1"

    def test_a_status_of_any_kind_is_an_answer(self, world: World) -> None:
        assert world.client.request("GET", f"{world.base}/nowhere").status == 404

    def test_up_to_three_redirects_are_followed(self, world: World) -> None:
        assert world.client.request("GET", f"{world.base}/hop/2").status == 200
        with pytest.raises(MaybeSent, match="redirects"):
            world.client.request("GET", f"{world.base}/hop/3")

    def test_a_write_is_never_redirected(self, world: World) -> None:
        answer = world.client.request("POST", f"{world.base}/hop/1", body=b"x")
        assert (answer.status, answer.headers["location"]) == (302, "/hop/0")

    def test_credentials_stay_at_their_origin(self, world: World) -> None:
        secrets = {"Authorization": "Bearer t", "Cookie": "c=1", "X-Other": "stays"}
        near = world.client.request("GET", f"{world.base}/hop/0", headers=secrets)
        assert json.loads(near.body)["headers"]["authorization"] == "Bearer t"
        far = world.client.request("GET", f"{world.base}/away", headers=secrets)
        told = json.loads(far.body)["headers"]
        assert "authorization" not in told
        assert "cookie" not in told
        assert told["x-other"] == "stays"

    @pytest.mark.parametrize(
        "location",
        [
            "http://127.0.0.2:{port}/hello",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "//[::ffff:10.0.0.1]/",
            "http://user:pw@93.184.215.14/",
        ],
    )
    def test_a_redirect_is_checked_like_the_first_address(
        self, world: World, location: str
    ) -> None:
        port = world.base.rpartition(":")[2]
        with pytest.raises(Refusal) as caught:
            world.client.request("GET", f"{world.base}/to/{location.format(port=port)}")
        assert caught.value.code is RefusalCode.HOST_REFUSED

    def test_an_answer_has_at_most_the_size_asked_for(self, world: World) -> None:
        answer = world.client.request("GET", f"{world.base}/big/1000", max_bytes=1000)
        assert len(answer.body) == 1000
        with pytest.raises(TooMuch):
            world.client.request("GET", f"{world.base}/big/1001", max_bytes=1000)

    def test_an_answer_that_is_cut_off_may_have_been_sent(self, world: World) -> None:
        with pytest.raises(MaybeSent):
            world.client.request("POST", f"{world.base}/cut", body=b"x")

    def test_nobody_there_is_proven_not_sent(self, world: World) -> None:
        with pytest.raises(NotSent):
            world.client.request("POST", world.nobody, body=b"x")

    def test_a_name_without_an_address_is_proven_not_sent(self, world: World) -> None:
        with pytest.raises(NotSent):
            world.client.request("POST", "http://nobody.invalid/", body=b"x")

    def test_both_failures_are_waits(self) -> None:
        assert issubclass(NotSent, Unavailable)
        assert issubclass(MaybeSent, Unavailable)

    def test_a_header_cannot_carry_another(self, world: World) -> None:
        with pytest.raises(Refusal):
            world.client.request("GET", f"{world.base}/echo", headers={"X-Key": "a\r\nX-Forged: b"})
