from collections.abc import Iterator

import pytest

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from tests.suites.broker_suite import TOPIC, AdminSuite, BrokerSuite, SharingSuite


@pytest.fixture
def broker(kafka_bootstrap: str, namespace: str) -> Iterator[KafkaBroker]:
    made = KafkaBroker(
        KafkaSettings(bootstrap=kafka_bootstrap, namespace=namespace, session_ms=2000)
    )
    made.ensure_topics([TOPIC])
    yield made
    made.close()


class TestKafkaBroker(BrokerSuite):
    pass


class TestKafkaSharing(SharingSuite):
    pass


class TestKafkaAdmin(AdminSuite):
    pass
