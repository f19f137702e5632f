"""The resident memory of every child of the platform, with its own children, second by second."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Final

from stack.supervisor import Supervisor

EVERY: Final = 0.5
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
MEGABYTE: Final = 1_000_000
WARM: Final = 0.2
"""The part of a run that is warming up."""

Samples = dict[str, list[tuple[float, float]]]
"""Name of a process -> (seconds, MB)."""


class MemoryWatch:
    """``with`` it around the work; a thread of its own looks."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.samples: Samples = defaultdict(list)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _look(self) -> None:
        began = monotonic()
        while not self._stopping.wait(EVERY):
            for name, megabytes in resident(self._supervisor).items():
                self.samples[name].append((monotonic() - began, megabytes))


class Growth:
    """Of one process: the highest while it warmed up, and the median of the last tenth, in MB."""

    def __init__(self, samples: list[tuple[float, float]]) -> None:
        first, last = samples[0][0], samples[-1][0]
        warm_until, end_from = first + (last - first) * WARM, last - (last - first) * 0.1
        self.warm = max(mb for at, mb in samples if at <= warm_until)
        self.end = median(mb for at, mb in samples if at >= end_from)

    @property
    def megabytes(self) -> float:
        """How much more it is at the end; negative if less."""
        return self.end - self.warm

    @property
    def ratio(self) -> float:
        """The same as a part of what it was when it was warm."""
        return self.megabytes / self.warm


def resident(supervisor: Supervisor) -> dict[str, float]:
    """MB of each running child and everything it started."""
    return {name: sum(map(_resident, pids)) / MEGABYTE for name, pids in trees(supervisor).items()}


def trees(supervisor: Supervisor) -> dict[str, list[int]]:
    """The process of each running child, and those that it started."""
    children = _children()
    return {
        child.name: _tree(child.process.pid, children)
        for child in supervisor.children
        if child.process is not None and child.is_running
    }


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(after_name[1])].append(int(stat.parent.name))
    return found


def _tree(pid: int, children: dict[int, list[int]]) -> list[int]:
    return [pid, *(found for child in children[pid] for found in _tree(child, children))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0
