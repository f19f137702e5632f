"""The twin in memory keeps the promises of a unit of work."""

from __future__ import annotations

import pytest

from chassis.memory.work import MemoryWorkFactory
from tests.suites.work_suite import WorkSuite
from tests.support.storage import Rows, memory_factory, memory_rows


class TestMemoryWork(WorkSuite):
    @pytest.fixture
    def factory(self) -> MemoryWorkFactory:
        return memory_factory()

    @pytest.fixture
    def rows(self, factory: MemoryWorkFactory) -> Rows:
        return memory_rows(factory)
