"""Waiting on conditions; tests never sleep for a fixed time."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

Result = TypeVar("Result")


def eventually(
    condition: Callable[[], Result], *, within_s: float = 10.0, every_s: float = 0.02
) -> Result:
    """The first truthy answer of `condition`; AssertionError with the last one after `within_s` seconds."""
    deadline = monotonic() + within_s
    while not (answer := condition()):
        if monotonic() > deadline:
            raise AssertionError(f"Not within {within_s:g} s; the last answer was {answer!r}.")
        Event().wait(every_s)
    return answer
