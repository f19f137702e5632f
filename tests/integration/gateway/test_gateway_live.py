"""Live updates: the real gevent process, the real broker, the official client of graphql-sse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Message
from chassis.ids import public_id
from contracts.envelope import Envelope, key_of, to_headers
from contracts.topics import Topic
from tests.integration.gateway.doors import PASSWORD, Doors, Served
from tests.support import gateway_data as a
from tests.support.ports import free_port
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[3]
HTTP = urllib3.PoolManager(retries=False)
LISTEN = (
    """subscription { conversationChanged { change conversation { id preview unit { name } } } }"""
)


class Speaker:
    """Says facts as workflow's relay would."""

    def __init__(self, bootstrap: str, namespace: str) -> None:
        self.broker = KafkaBroker(KafkaSettings(bootstrap=bootstrap, namespace=namespace))
        self.broker.ensure_topics([Topic.CONVERSATIONS.value, Topic.CONTENT.value])
        self._producer = self.broker.producer()
        self._said = 0

    def say(self, ident: str, org: str = "org-a", name: str = "ConversationStateChanged") -> None:
        self._said += 1
        envelope = Envelope(
            id=f"fact-{self._said}",
            type=f"rostrum.workflow.{name}.v1",
            source="/rostrum/workflow",
            subject=ident,
            time=datetime.now(UTC),
            org_id=org,
            sequence=self._said,
        )
        topic = Topic.CONVERSATIONS.value
        headers = tuple(to_headers(envelope))
        message = Message(topic=topic, key=key_of(org, ident), value=b"{}", headers=headers)
        self._producer.send([message])

    def close(self) -> None:
        self._producer.close()
        self.broker.close()


class Live:
    """gateway-live under gunicorn with gevent, as the platform starts it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/graphql/stream"
        command = [
            *(sys.executable, "-m", "gunicorn"),
            "services.graphql_gateway.entrypoints.live:create_wsgi()",
            "--config=python:chassis.http.gunicorn_conf",
            f"--bind=127.0.0.1:{self.port}",
            *("--worker-class=gevent", "--workers=1"),
        ]
        self._log = log.open("w")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=self._log, stderr=self._log
        )
        eventually(self._is_ready, within_s=40)

    def _is_ready(self) -> bool:
        try:
            address = f"http://127.0.0.1:{self.port}/readyz"
            return HTTP.request("GET", address, timeout=2.0).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self._log.close()
        return code


class Listener:
    """The node client; what it heard so far."""

    def __init__(self, url: str, token: str, text: str = LISTEN) -> None:
        self.heard: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            ["node", "graphql_sse_client.mjs", url, token, text],
            cwd=ROOT / "tests" / "node",
            stdout=subprocess.PIPE,
            text=True,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard.append(json.loads(line))

    def changes(self, field: str = "conversationChanged") -> list[dict[str, Any]]:
        return [each["data"][field] for each in self.heard if "data" in each]

    def heard_reply(self) -> bool:
        return [c["change"] for c in self.changes()][-1:] == ["ConversationReplied"]

    def is_complete(self) -> bool:
        return {"complete": True} in self.heard

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def doors(mongo_uri: str, kafka_bootstrap: str, namespace: str) -> Iterator[Doors]:
    made = Doors(mongo_uri, namespace, ROSTRUM_KAFKA_BOOTSTRAP=kafka_bootstrap)
    made.put("organizations", a.an_organization())
    made.put("units", a.a_unit("unit-1"), a.a_unit("unit-3"))
    made.put(
        "conversations", a.a_conversation("conv-1"), a.a_conversation("conv-3", unit_id="unit-3")
    )
    yield made
    made.close()


@pytest.fixture
def speaker(kafka_bootstrap: str, namespace: str) -> Iterator[Speaker]:
    made = Speaker(kafka_bootstrap, namespace)
    yield made
    made.close()


def listening(listener: Listener, speaker: Speaker) -> None:
    """Say something until it is heard: from then on nothing is missed."""

    def heard() -> bool:
        speaker.say("conv-1", name="ConversationOpened")
        return bool([c for c in listener.changes() if c["change"] == "ConversationOpened"])

    eventually(heard, within_s=30, every_s=0.5)


def test_subscribers_hear_what_is_in_their_sight(
    doors: Doors, speaker: Speaker, tmp_path: Path
) -> None:
    everything = doors.a_key(doors.a_member("ann"))
    only_one = doors.a_key(doors.a_member("bob", "responder", scope="unit", scope_id="unit-1"))
    live = Live(doors.environment, tmp_path / "live.log")
    listeners = [Listener(live.url, token) for token in (everything, only_one)]
    try:
        for each in listeners:
            listening(each, speaker)
        speaker.say("conv-3")
        speaker.say("conv-x", org="org-b")
        speaker.say("conv-1", name="ConversationReplied")
        for each in listeners:
            eventually(each.heard_reply, within_s=20)
        wanted = {
            "id": public_id("Conversation", "conv-1"),
            "preview": "Hello from conv-1",
            "unit": {"name": "Unit unit-1"},
        }
        assert listeners[1].changes()[-1]["conversation"] == wanted
        threes = public_id("Conversation", "conv-3")
        seen = [
            {c["conversation"]["id"] for c in each.changes() if c["conversation"]}
            for each in listeners
        ]
        assert threes in seen[0]
        assert seen[1] == {wanted["id"]}
    finally:
        for each in listeners:
            each.close()
        code = live.stop()
    assert code == 0


def test_a_stream_ends_with_its_session_and_with_its_process(
    doors: Doors, speaker: Speaker, tmp_path: Path
) -> None:
    doors.a_member("ann")
    client: Any = doors.app.test_client()
    body = {"email": "ann@example.org", "password": PASSWORD}
    token = client.post("/auth/sign-in", json=body).json["access_token"]
    key = doors.a_key(doors.a_member("bob"))
    live = Live(doors.environment, tmp_path / "live.log")
    listeners = [Listener(live.url, shown) for shown in (token, key)]
    try:
        for each in listeners:
            listening(each, speaker)
        shown = {"Authorization": f"Bearer {token}"}
        client.post("/auth/sign-out", json={}, headers=shown)
        eventually(lambda: {"complete": True} in listeners[0].heard, within_s=5)
        assert listeners[1].process.poll() is None
    finally:
        code = live.stop()
        for each in listeners:
            eventually(each.has_ended, within_s=10)
    assert code == 0
    assert {"complete": True} in listeners[1].heard


def test_a_web_process_streams_too_and_wrong_operations_are_events(
    doors: Doors, speaker: Speaker
) -> None:
    token = doors.a_key(doors.a_member("ann"))
    served = Served(doors.app)
    listeners = [
        Listener(served.url, token),
        Listener(served.url, token, "subscription { nothing }"),
        Listener(served.url, token, "{ viewer { kind } }"),
    ]
    try:
        listening(listeners[0], speaker)
        for each in listeners[1:]:
            eventually(each.is_complete, within_s=10)
        assert "errors" in listeners[1].heard[-2]
        assert listeners[2].heard[-2]["data"] == {"viewer": {"kind": "PERSON"}}
    finally:
        for each in listeners:
            each.close()
        doors.parts.broker.close()
        served.close()


def test_a_stream_needs_credentials(doors: Doors) -> None:
    client: Any = doors.app.test_client()
    shown = {"Accept": "text/event-stream"}
    answer = client.post("/graphql", json={"query": LISTEN}, headers=shown)
    assert answer.status_code == 401
