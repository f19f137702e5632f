"""A publisher process that ends itself by SIGKILL when it comes to a named point for the n-th time.

``python -m tests.faults.p1_publisher "<point>" <n>``; n = 0: it lives.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys

from chassis import logs
from services.ingest.application.ports import At, Point, nowhere
from services.ingest.bootstrap import publisher_loops, run_loops
from services.ingest.entrypoints.publisher import OFFSET
from services.ingest.settings import ingest_settings


def deadly(point: Point, turn: int) -> At:
    """No handler, no flush, no goodbye."""
    count = itertools.count(1)

    def at(here: Point) -> None:
        if here is point and next(count) == turn:
            os.kill(os.getpid(), signal.SIGKILL)

    return at


def main() -> int:
    settings = ingest_settings()
    logs.configure("ingest", "publisher", level=settings.log_level)
    turn = int(sys.argv[2])
    at = deadly(Point(sys.argv[1]), turn) if turn else nowhere
    return run_loops(settings, OFFSET, publisher_loops, at=at)


if __name__ == "__main__":
    sys.exit(main())
