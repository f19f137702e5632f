"""Sends what workflow leases, and looks back at what is unknown: ``python -m services.ingest.entrypoints.publisher``."""

from __future__ import annotations

import sys

from chassis import logs
from chassis.errors import BadSettings
from services.ingest.bootstrap import SERVICE, publisher_loops, run_loops
from services.ingest.settings import ingest_settings

OFFSET = 9
"""Of its port in the block that starts at ROSTRUM_PORT."""


def main() -> int:
    """Run until SIGTERM; the exit code, or a sentence if the settings stop the start."""
    try:
        settings = ingest_settings()
        logs.configure(SERVICE, "publisher", level=settings.log_level)
        return run_loops(settings, OFFSET, publisher_loops)
    except BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    sys.exit(main())
