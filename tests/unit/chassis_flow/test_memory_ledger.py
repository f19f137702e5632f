from collections.abc import Callable

import pytest

from chassis.consumer.memory_ledger import memory_ledger
from chassis.consumer.ports import LedgerOf
from chassis.memory.work import MemoryWorkFactory
from tests.suites.ledger_suite import LedgerSuite
from tests.support.storage import memory_factory


@pytest.fixture
def factory() -> MemoryWorkFactory:
    return memory_factory()


@pytest.fixture
def ledger_of(factory: MemoryWorkFactory) -> Callable[[str], LedgerOf]:
    return lambda group: memory_ledger(factory.store, group)


class TestMemoryLedger(LedgerSuite):
    pass
