"""The scripted way out keeps the promises of the real one."""

from __future__ import annotations

import pytest

from chassis.outbound import MaybeSent, NotSent, OutboundResponse, ScriptedOutbound
from chassis.outbound.scripted import Visit
from tests.suites.outbound_suite import CutOff, OutboundSuite, World, outside

BASE, OTHER, NOBODY = "http://one.example", "http://two.example", "http://closed.example/"


def script(visit: Visit) -> OutboundResponse:
    if visit.target.host == "closed.example":
        raise NotSent("connection refused")
    asked = visit.request
    try:
        return outside(asked.method, visit.target.path, asked.headers, body=asked.body, other=OTHER)
    except CutOff:
        raise MaybeSent("cut off") from None


def resolve(host: str, port: int) -> list[str]:
    if host.endswith(".invalid"):
        raise OSError("no such name")
    return ["93.184.215.14"]


class TestScriptedOutbound(OutboundSuite):
    """The twin."""

    @pytest.fixture
    def world(self) -> World:
        return World(ScriptedOutbound(script, resolve=resolve), BASE, OTHER, NOBODY)


def test_visits_are_remembered_with_their_address() -> None:
    client = ScriptedOutbound(script, resolve=resolve)
    client.request("GET", f"{BASE}/hello")
    assert [(v.target.host, v.address) for v in client.visits] == [("one.example", "93.184.215.14")]
