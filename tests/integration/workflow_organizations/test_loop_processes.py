"""The real worker and relay processes: facts go out, facts come in, SIGTERM drains."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Message
from chassis.clock import SystemClock
from chassis.mongo.factory import WorkFactory
from contracts.envelope import Envelope, from_headers, key_of, to_headers
from contracts.facts import Fact, encode
from contracts.ingest import Author, ChannelConnected, Direction, MentionArrived, MentionKind
from contracts.topics import Topic
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.conversations.conversation import Conversation
from tests.integration.workflow_organizations.server import (
    answers,
    environment,
    own_uri,
    running,
)
from tests.support.ports import free_port
from tests.support.waiting import eventually
from tests.unit.workflow_organizations.office import AnyOffice

SESSION_MS = 3000


@pytest.fixture
def broker(kafka_bootstrap: str, namespace: str) -> Iterator[KafkaBroker]:
    broker = KafkaBroker(
        KafkaSettings(bootstrap=kafka_bootstrap, namespace=namespace, session_ms=SESSION_MS)
    )
    broker.ensure_topics([topic.value for topic in Topic])
    yield broker
    broker.close()


class Place:
    """Where the processes of one test run, and what they leave behind."""

    def __init__(self, told: dict[str, str], folder: Path, port: int) -> None:
        self._told = told
        self._folder = folder
        self._port = port

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """The process, ready; it ends by SIGTERM with exit code 0 and no crash."""
        log = self._folder / f"{name}.log"
        with running(process_of(name), self._told, log) as process:
            url = f"http://127.0.0.1:{self._port}/readyz"
            eventually(lambda: process.poll() is not None or answers(url), within_s=30)
            assert process.poll() is None, log.read_text()
            yield
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, log.read_text()
        assert "crashed" not in log.read_text()


@pytest.fixture
def place(mongo_uri: str, kafka_bootstrap: str, namespace: str, tmp_path: Path) -> Place:
    port = free_port()
    told = environment(
        own_uri(mongo_uri, namespace),
        namespace,
        ROSTRUM_KAFKA_BOOTSTRAP=kafka_bootstrap,
        ROSTRUM_KAFKA_SESSION_MS=str(SESSION_MS),
        ROSTRUM_OPS_PORT=str(port),
        ROSTRUM_INGEST_URL="http://127.0.0.1:9",
    )
    return Place(told, tmp_path, port)


def process_of(name: str) -> list[str]:
    return [sys.executable, "-m", f"services.workflow.entrypoints.{name}"]


def test_the_relay_sends_facts_and_seals_the_audit_log(
    place: Place, office: AnyOffice, factory: WorkFactory, broker: KafkaBroker
) -> None:
    unit = office.a_unit()
    rows = factory.database.unguarded
    reader = broker.consumer("test", Topic.ORGANIZATIONS)
    seen: list[Envelope] = []

    def unit_was_told() -> bool:
        seen.extend(from_headers(record.headers) for record in reader.poll(100, 0.2))
        return any(item.subject == unit for item in seen)

    with place.running("relay"):
        eventually(unit_was_told, within_s=30)
        eventually(lambda: not rows["outbox"].count_documents({"sent_at": None}))
        eventually(lambda: not rows["audit_entries"].count_documents({"sealed": False}))
    reader.close()
    assert {item.source for item in seen} == {"/rostrum/workflow"}


def test_the_worker_hears_of_connections_and_arrivals(
    place: Place, office: AnyOffice, factory: WorkFactory, broker: KafkaBroker
) -> None:
    channel = office.a_channel(office.a_unit())
    send(broker, office.org_id, channel, a_connection(channel))
    send(broker, office.org_id, "arrival-1", an_arrival(channel))
    reader = factory.reader(office.org_id)
    with place.running("worker"):
        eventually(lambda: reader.get(Channel, channel).state == "active", within_s=40)
        eventually(lambda: reader.find(Conversation, channel_id=channel), within_s=40)
    assert reader.get(Channel, channel).can_publish


def a_connection(channel_id: str) -> Fact:
    return ChannelConnected(
        channel_id=channel_id,
        platform="mastodon",
        base_url="https://mastodon.example",
        external_account_id="42",
        handle="city@mastodon.example",
        can_publish=True,
        text_limit=500,
    )


def an_arrival(channel_id: str) -> Fact:
    now = SystemClock().now()
    return MentionArrived(
        mention_id="mention-1",
        channel_id=channel_id,
        external_id="1",
        revision="r1",
        direction=Direction.INCOMING,
        kind=MentionKind.MENTION,
        author=Author(external_id="u1", handle="resident"),
        text="My card is lost.",
        posted_at=now,
        arrived_at=now,
    )


def send(broker: KafkaBroker, org_id: str, aggregate_id: str, fact: Fact) -> None:
    """Speak as ingest does, without ingest."""
    envelope = Envelope(
        id=f"fact of {aggregate_id}",
        type=fact.TYPE,
        source="/rostrum/ingest",
        subject=aggregate_id,
        time=SystemClock().now(),
        org_id=org_id,
        sequence=1,
    )
    message = Message(
        topic=fact.TOPIC,
        key=key_of(org_id, aggregate_id),
        value=encode(fact),
        headers=tuple(to_headers(envelope)),
    )
    producer = broker.producer()
    producer.send([message])
    producer.close()


def test_wrong_settings_stop_a_process_with_every_cure(tmp_path: Path) -> None:
    log = tmp_path / "relay.log"
    with running(process_of("relay"), {"ROSTRUM_PORT": "none"}, log) as relay:
        assert relay.wait(30) == 1
    text = log.read_text()
    for name in ("ROSTRUM_MONGO_URI", "ROSTRUM_PORT", "ROSTRUM_TOKEN_KEY", "ROSTRUM_AUDIT_KEY"):
        assert name in text
    assert "Traceback" not in text
