"""The adapter on another implementation of the protocol: it must not lean on one broker's habits."""

from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Producer

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from tests.suites.broker_suite import TOPIC, BrokerSuite
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def mock_cluster() -> Iterator[tuple[Any, str]]:
    """A cluster inside the client library; it makes a topic when it is first asked about it."""
    host = Producer({"bootstrap.servers": "nobody", "test.mock.num.brokers": 1})
    address = eventually(lambda: _address(host))
    yield host, address
    host.flush(1)


def _address(host: Any) -> str:
    brokers = [item for item in host.list_topics(timeout=5).brokers.values() if item.port]
    return f"{brokers[0].host}:{brokers[0].port}" if brokers else ""


@pytest.fixture
def broker(mock_cluster: tuple[Any, str], namespace: str) -> Iterator[KafkaBroker]:
    host, address = mock_cluster
    host.list_topics(f"{namespace}.{TOPIC}", timeout=5)
    made = KafkaBroker(
        KafkaSettings(
            bootstrap=address, namespace=namespace, session_ms=6000, api_version=(2, 1, 0)
        )
    )
    yield made
    made.close()


# No SharingSuite: this cluster refuses the SyncGroup request of a second member.
class TestSecondBroker(BrokerSuite):
    pass
