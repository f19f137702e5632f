from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from chassis.mongo.client import connect


@pytest.fixture(scope="session")
def flow_client(mongo_uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    client = connect(mongo_uri, app_name="flow tests")
    yield client
    client.close()
