"""Folds facts into day documents: ``python -m services.reporting.entrypoints.worker``."""

from __future__ import annotations

import sys

from chassis import logs
from chassis.errors import BadSettings
from services.reporting.bootstrap import SERVICE, run_worker
from services.reporting.settings import reporting_settings

OFFSET = 10
"""Of its port in the block that starts at ROSTRUM_PORT."""


def main() -> int:
    """Run until SIGTERM; the exit code, or a sentence if the settings stop the start."""
    try:
        settings = reporting_settings()
        logs.configure(SERVICE, "worker", level=settings.log_level)
        return run_worker(settings, OFFSET)
    except BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    sys.exit(main())
