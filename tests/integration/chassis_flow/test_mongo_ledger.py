from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient

from chassis.consumer.mongo_ledger import mongo_ledger
from chassis.consumer.ports import LedgerOf
from chassis.mongo.factory import WorkFactory
from tests.suites.ledger_suite import LedgerSuite
from tests.support.storage import mongo_factory


@pytest.fixture
def factory(flow_client: MongoClient[dict[str, Any]], namespace: str) -> WorkFactory:
    return mongo_factory(flow_client, namespace)


@pytest.fixture
def ledger_of() -> Callable[[str], LedgerOf]:
    return mongo_ledger


class TestMongoLedger(LedgerSuite):
    pass
