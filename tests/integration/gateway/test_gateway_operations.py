"""How many database operations a request makes, counted by the driver."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient

from chassis.clock import FixedClock
from services.graphql_gateway.bootstrap import Parts
from tests.integration.gateway.conftest import Counting
from tests.integration.gateway.doors import PASSWORD, Doors
from tests.support import gateway_data as a

ASKED = {"query": "{ units { nodes { name } } }"}


def test_none_goes_to_authentication_grants_cost_or_limits(mongo_uri: str, namespace: str) -> None:
    doors, counting = Doors(mongo_uri, namespace), Counting()
    counted: MongoClient[dict[str, Any]] = MongoClient(
        mongo_uri, tz_aware=True, event_listeners=[counting]
    )
    try:
        clock = FixedClock(datetime.now(UTC))  # nothing kept grows old
        factory = replace(doors.parts.factory, client=counted, clock=clock)
        passwords = doors.parts.identity.passwords
        doors.parts = Parts(doors.parts.settings, factory)
        doors.keep_passwords(passwords)
        doors.put("organizations", a.an_organization())
        doors.put("units", a.a_unit("unit-1"))
        key = doors.a_key(doors.a_member("ann"))
        client: Any = doors.app.test_client()
        body = {"email": "ann@example.org", "password": PASSWORD}
        token = client.post("/auth/sign-in", json=body).json["access_token"]
        for shown in (token, key):
            headers = {"Authorization": f"Bearer {shown}"}
            for _ in range(2):
                counting.commands.clear()
                answer = client.post("/graphql", json=ASKED, headers=headers)
                assert answer.json["data"]["units"]["nodes"] == [{"name": "Unit unit-1"}]
            assert counting.commands == ["find units"]
    finally:
        counted.close()
        doors.close()
