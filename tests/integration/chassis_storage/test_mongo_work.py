"""Units of work over MongoDB keep their promises."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chassis.mongo.client import connect
from chassis.mongo.factory import WorkFactory
from tests.suites.work_suite import WorkSuite
from tests.support.storage import Rows, mongo_factory, mongo_rows


class TestMongoWork(WorkSuite):
    @pytest.fixture
    def factory(self, mongo_uri: str, worker_namespace: str) -> Iterator[WorkFactory]:
        with connect(mongo_uri, app_name="tests") as client:
            yield mongo_factory(client, worker_namespace)

    @pytest.fixture
    def rows(self, factory: WorkFactory) -> Rows:
        return mongo_rows(factory)
