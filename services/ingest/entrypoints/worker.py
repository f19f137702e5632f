"""The pollers and the consumer of channels: ``python -m services.ingest.entrypoints.worker``."""

from __future__ import annotations

import sys

from chassis import logs
from chassis.errors import BadSettings
from services.ingest.bootstrap import SERVICE, run_loops, worker_loops
from services.ingest.settings import ingest_settings

OFFSET = 7
"""Of its port in the block that starts at ROSTRUM_PORT."""


def main() -> int:
    """Run until SIGTERM; the exit code, or a sentence if the settings stop the start."""
    try:
        settings = ingest_settings()
        logs.configure(SERVICE, "worker", level=settings.log_level)
        return run_loops(settings, OFFSET, worker_loops)
    except BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    sys.exit(main())
