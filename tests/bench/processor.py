"""Processor time of every child of the platform; it hardly depends on who else uses the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from stack.supervisor import Supervisor
from tests.bench.memory import trees

TICKS: Final = os.sysconf("SC_CLK_TCK")


@contextmanager
def processor_seconds(supervisor: Supervisor) -> Iterator[dict[str, float]]:
    """The dictionary is filled at the end: name of a child -> seconds, user and system together."""
    used: dict[str, float] = {}
    before = _used(supervisor)
    yield used
    used.update({name: seconds - before[name] for name, seconds in _used(supervisor).items()})


def _used(supervisor: Supervisor) -> dict[str, float]:
    return {name: sum(map(_seconds, pids)) for name, pids in trees(supervisor).items()}


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
