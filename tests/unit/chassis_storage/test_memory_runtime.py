"""Commands, timers and leases over the twins in memory."""

from __future__ import annotations

import pytest

from chassis.clock import FixedClock
from chassis.leases import Leases, MemoryLeaseStore
from chassis.memory.work import MemoryWorkFactory
from tests.suites.commands_suite import CommandsSuite
from tests.suites.leases_suite import Expire, LeasesSuite
from tests.suites.timers_suite import TimersSuite
from tests.support.storage import Rows, memory_factory, memory_rows


class TestMemoryCommands(CommandsSuite):
    @pytest.fixture
    def factory(self) -> MemoryWorkFactory:
        return memory_factory()

    @pytest.fixture
    def rows(self, factory: MemoryWorkFactory) -> Rows:
        return memory_rows(factory)


class TestMemoryTimers(TimersSuite):
    @pytest.fixture
    def factory(self, clock: FixedClock) -> MemoryWorkFactory:
        return memory_factory(clock)

    @pytest.fixture
    def rows(self, factory: MemoryWorkFactory) -> Rows:
        return memory_rows(factory)


class TestMemoryLeases(LeasesSuite):
    @pytest.fixture
    def clock(self) -> FixedClock:
        return FixedClock()

    @pytest.fixture
    def leases(self, clock: FixedClock) -> Leases:
        return MemoryLeaseStore(clock)

    @pytest.fixture
    def expire(self, clock: FixedClock) -> Expire:
        return clock.advance
