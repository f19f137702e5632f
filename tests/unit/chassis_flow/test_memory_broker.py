import pytest

from chassis.broker.memory import MemoryBroker
from chassis.broker.ports import BrokerReplaced
from chassis.errors import Unavailable
from tests.suites.broker_suite import TOPIC, AdminSuite, BrokerSuite, SharingSuite, a_message


@pytest.fixture
def broker() -> MemoryBroker:
    made = MemoryBroker()
    made.ensure_topics([TOPIC])
    return made


class TestMemoryBroker(BrokerSuite):
    pass


class TestMemorySharing(SharingSuite):
    pass


class TestMemoryAdmin(AdminSuite):
    pass


def test_a_wiped_broker_tells_its_consumers_and_has_another_id(broker: MemoryBroker) -> None:
    consumer, before = broker.consumer("g", TOPIC), broker.cluster_id()
    broker.wipe()
    assert broker.cluster_id() != before
    with pytest.raises(BrokerReplaced):
        consumer.poll(1, 0)


def test_a_broker_that_is_down_is_unavailable(broker: MemoryBroker) -> None:
    broker.is_down = True
    with pytest.raises(Unavailable):
        broker.producer().send([a_message("x")])
