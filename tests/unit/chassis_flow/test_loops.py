import os
import signal
import threading
from collections.abc import Callable

import pytest

from chassis.errors import Unavailable
from chassis.health import Health
from chassis.loops import Runner
from tests.support.waiting import eventually


class Steps:
    """A loop that does what it is told."""

    def __init__(self, do: Callable[[int], float], name: str = "steps") -> None:
        self.name = name
        self.done = 0
        self.is_closed = False
        self._do = do

    def step(self) -> float:
        self.done += 1
        return self._do(self.done)

    def close(self) -> None:
        self.is_closed = True


def running(*loops: Steps, health: Health | None = None) -> tuple[Runner, list[int]]:
    codes: list[int] = []
    runner = Runner(loops, health or Health(), drain_seconds=2)
    threading.Thread(target=lambda: codes.append(runner.run(handle_signals=False))).start()
    return runner, codes


def test_a_stopped_runner_closes_its_loops_and_answers_zero() -> None:
    loop, health = Steps(lambda _: 0.01), Health()
    runner, codes = running(loop, health=health)
    eventually(lambda: loop.done > 3)
    runner.stop()
    assert eventually(lambda: codes) == [0]
    assert loop.is_closed
    assert health.is_draining


def crash(number: int) -> float:
    raise ZeroDivisionError(number)


def test_a_loop_that_crashes_ends_the_process_with_one_and_closes_the_others() -> None:
    bad, good = Steps(crash, "bad"), Steps(lambda _: 0.01, "good")
    _, codes = running(bad, good)
    assert eventually(lambda: codes) == [1]
    assert bad.is_closed
    assert good.is_closed


def away_once(number: int) -> float:
    if number == 1:
        raise Unavailable("away", retry_after=0.01)
    return 0.01


def test_a_loop_whose_dependency_is_away_waits_and_goes_on() -> None:
    loop = Steps(away_once)
    runner, codes = running(loop)
    eventually(lambda: loop.done > 3)
    runner.stop()
    assert eventually(lambda: codes) == [0]


def test_a_long_wait_between_steps_does_not_delay_draining() -> None:
    loop = Steps(lambda _: 3_600)
    runner, codes = running(loop)
    eventually(lambda: loop.done == 1)
    runner.stop()
    assert eventually(lambda: codes, within_s=2) == [0]


def test_a_step_that_does_not_end_in_time_makes_the_answer_one() -> None:
    gate = threading.Event()
    loop = Steps(lambda _: float(gate.wait(20)))
    runner, codes = running(loop)
    eventually(lambda: loop.done == 1)
    runner.stop()
    assert eventually(lambda: codes, within_s=5) == [1]
    gate.set()


def test_every_step_is_a_heartbeat() -> None:
    health, loop = Health(), Steps(lambda _: 0.01)
    runner, codes = running(loop, health=health)
    eventually(lambda: loop.done > 2)
    assert health.ages()["steps"] < 1
    runner.stop()
    eventually(lambda: codes)
    assert health.ages() == {}


def told_to_stop(number: int) -> float:
    if number == 2:
        os.kill(os.getpid(), signal.SIGTERM)
    return 0.01


def test_the_signal_of_a_supervisor_drains() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    loop = Steps(told_to_stop)
    try:
        assert Runner([loop], Health()).run() == 0
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
