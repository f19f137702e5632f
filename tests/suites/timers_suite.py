"""What the loop of timers promises, over the database and in memory alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from chassis.clock import FixedClock
from chassis.errors import Refusal, RefusalCode
from chassis.metric_defs import CHASSIS_METRICS, TIMERS_FIRED, TIMERS_OVERDUE
from chassis.metrics import Metrics
from chassis.timers import TimerLoop
from tests.support.storage import ACME, GLOBEX, MOMENT, Rows, Thing, a_person, a_thing


class TimersSuite:
    """Inherit it and provide ``clock``, ``factory`` on that clock, and ``rows``."""

    @pytest.fixture
    def clock(self) -> FixedClock:
        return FixedClock(MOMENT)

    @pytest.fixture
    def factory(self, clock: FixedClock) -> Any:
        raise NotImplementedError

    @pytest.fixture
    def rows(self, factory: Any) -> Rows:
        raise NotImplementedError

    def _start(self, factory: Any, org_id: str, subject: str, minutes: int) -> None:
        due = MOMENT + timedelta(minutes=minutes)
        factory.run(a_person(org_id), org_id, lambda w: w.start_timer("clock", subject, due))

    def test_a_due_timer_is_handled_once_in_its_organization(
        self, factory: Any, clock: FixedClock
    ) -> None:
        seen: list[tuple[str, str, str]] = []

        def handler(subject: str, work: Any) -> None:
            seen.append((work.org_id, subject, work.actor.kind.value))

        loop = TimerLoop(factory, {"clock": handler}, clock)
        self._start(factory, ACME, "later", 10)
        self._start(factory, GLOBEX, "sooner", 5)
        assert loop.step() > 0
        assert seen == []
        clock.advance(10 * 60)
        loop.step()
        loop.step()
        assert seen == [(GLOBEX, "sooner", "service"), (ACME, "later", "service")]
        loop.close()

    def test_operators_see_how_late_the_oldest_timer_is_and_what_was_handled(
        self, factory: Any, clock: FixedClock
    ) -> None:
        registry = CollectorRegistry()
        metrics = Metrics(CHASSIS_METRICS, registry)
        loop = TimerLoop(factory, {"clock": lambda *_: None}, clock, metrics=metrics)
        self._start(factory, ACME, "one", 1)
        clock.advance(3 * 60)
        loop.step()
        assert registry.get_sample_value(TIMERS_OVERDUE.name) == 120
        assert registry.get_sample_value(TIMERS_FIRED.name, {"kind": "clock"}) == 1
        loop.step()
        assert registry.get_sample_value(TIMERS_OVERDUE.name) == 0

    def test_the_effect_and_the_row_go_together(
        self, factory: Any, clock: FixedClock, rows: Rows
    ) -> None:
        def handler(subject: str, work: Any) -> None:
            work.add(a_thing(name=subject))

        def broken(subject: str, work: Any) -> None:
            handler(subject, work)
            raise ZeroDivisionError

        self._start(factory, ACME, "one", 0)
        with pytest.raises(ZeroDivisionError):
            TimerLoop(factory, {"clock": broken}, clock).step()
        assert rows("things") == []
        assert len(rows("timers")) == 1
        TimerLoop(factory, {"clock": handler}, clock).step()
        assert factory.reader(ACME).first(Thing, name="one") is not None
        assert rows("timers") == []

    def test_a_refused_timer_is_forgotten(
        self, factory: Any, clock: FixedClock, rows: Rows
    ) -> None:
        def handler(subject: str, work: Any) -> None:
            work.add(a_thing(name=subject))
            raise Refusal(RefusalCode.WRONG_STATE, "moved on")

        self._start(factory, ACME, "one", 0)
        TimerLoop(factory, {"clock": handler}, clock).step()
        assert rows("timers") == rows("things") == []

    def test_a_handler_may_set_its_timer_again(
        self, factory: Any, clock: FixedClock, rows: Rows
    ) -> None:
        def handler(subject: str, work: Any) -> None:
            work.start_timer("clock", subject, work.now + timedelta(minutes=1))

        self._start(factory, ACME, "one", 0)
        TimerLoop(factory, {"clock": handler}, clock).step()
        assert [row["due_at"] for row in rows("timers")] == [MOMENT + timedelta(minutes=1)]

    def test_a_timer_that_moved_meanwhile_is_left_alone(
        self, factory: Any, clock: FixedClock, rows: Rows
    ) -> None:
        self._start(factory, ACME, "one", 0)
        (timer,) = factory.timers.due(clock.now(), 10)
        self._start(factory, ACME, "one", 5)
        assert not factory.run(a_person(), ACME, lambda _: factory.timers.take(timer))
        assert len(rows("timers")) == 1
