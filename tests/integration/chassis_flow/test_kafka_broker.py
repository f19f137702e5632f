from collections.abc import Iterator
from time import monotonic

import pytest

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.errors import Unavailable
from tests.suites.broker_suite import TOPIC, AdminSuite, BrokerSuite, SharingSuite, a_message
from tests.support.ports import free_port


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


def test_a_broker_that_is_away_is_unavailable_at_once(namespace: str) -> None:
    nobody = KafkaBroker(KafkaSettings(bootstrap=f"127.0.0.1:{free_port()}", namespace=namespace))
    began = monotonic()
    for ask in (
        lambda: nobody.ensure_topics([TOPIC]),
        lambda: nobody.incarnation(TOPIC),
        lambda: nobody.consumer("g", TOPIC),
        lambda: nobody.producer().send([a_message("x")]),
    ):
        with pytest.raises(Unavailable):
            ask()
    assert monotonic() - began < 5
