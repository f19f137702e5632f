"""The embedded broker: a new and empty log at every start, and clients can tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient

from stack.embedded.broker import EmbeddedBroker
from tests.support.ports import free_port


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    server = EmbeddedBroker(home=tmp_path, port=free_port())
    server.start()
    yield server
    server.stop()


def _cluster_id(broker: EmbeddedBroker) -> str:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    try:
        return str(admin.describe_cluster()["cluster_id"])
    finally:
        admin.close()


def test_every_start_has_a_cluster_id_of_its_own(broker: EmbeddedBroker) -> None:
    before = _cluster_id(broker)
    broker.kill()
    broker.start()
    assert before != _cluster_id(broker) == broker.cluster_id
