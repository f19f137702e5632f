"""The real worker process: facts on the real broker become day documents, SIGTERM drains."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Message
from chassis.mongo.client import connect, database_name
from chassis.prepare import prepare
from contracts.envelope import key_of, to_headers
from contracts.facts import encode
from contracts.topics import Topic
from services.reporting.entrypoints.prepare import PLAN
from tests.integration.workflow_organizations.server import answers, environment, running
from tests.support.ports import free_port
from tests.support.reporting import Speaker, approved
from tests.support.reporting_store import Reporting
from tests.support.waiting import eventually

SESSION_MS = 3000
WORKER = [sys.executable, "-m", "services.reporting.entrypoints.worker"]


@pytest.fixture
def broker(kafka_bootstrap: str, namespace: str) -> Iterator[KafkaBroker]:
    broker = KafkaBroker(KafkaSettings(bootstrap=kafka_bootstrap, namespace=namespace))
    broker.ensure_topics([topic.value for topic in Topic])
    yield broker
    broker.close()


def own_uri(mongo_uri: str, namespace: str) -> str:
    """The prepared database, as the one user that the service has."""
    client = connect(mongo_uri, app_name="test")
    prepare(client, namespace, [PLAN], passwords={"reporting": "secret"})
    client.close()
    parts = urlsplit(mongo_uri)
    hosts = parts.netloc.rpartition("@")[2]
    user = database_name(namespace, "reporting")
    return urlunsplit(parts._replace(netloc=f"{user}:secret@{hosts}"))


def test_the_worker_folds_what_is_on_the_broker(
    reporting: Reporting,
    broker: KafkaBroker,
    mongo_uri: str,
    kafka_bootstrap: str,
    namespace: str,
    tmp_path: Path,
) -> None:
    said = Speaker().say("item", approved("item", 60))
    message = Message(
        topic=Topic.CONTENT.value,
        key=key_of(said.envelope.org_id, "item"),
        value=encode(said.fact),
        headers=tuple(to_headers(said.envelope)),
    )
    broker.producer().send([message])
    port, log = free_port(), tmp_path / "worker.log"
    told = environment(
        own_uri(mongo_uri, namespace),
        namespace,
        ROSTRUM_KAFKA_BOOTSTRAP=kafka_bootstrap,
        ROSTRUM_KAFKA_SESSION_MS=str(SESSION_MS),
        ROSTRUM_OPS_PORT=str(port),
        ROSTRUM_WORKFLOW_URL="http://127.0.0.1:9",
    )
    with running(WORKER, told, log) as process:
        eventually(lambda: reporting.days() or process.poll() is not None, within_s=60)
        assert process.poll() is None, log.read_text()
        assert answers(f"http://127.0.0.1:{port}/readyz")
        assert answers(f"http://127.0.0.1:{port}/metrics")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()
    assert reporting.days()[0]["counts"] == {"approvals": 1}


def test_a_worker_without_a_prepared_database_says_what_to_do(
    mongo_uri: str, namespace: str, tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    with running(WORKER, environment(mongo_uri, namespace), log) as process:
        assert process.wait(30) == 1
    assert "run `rostrum prepare` first" in log.read_text()
