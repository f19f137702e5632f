"""The consumers and the timers: ``python -m services.workflow.entrypoints.worker``."""

from __future__ import annotations

import sys

from chassis import logs
from chassis.errors import BadSettings
from services.workflow.bootstrap import SERVICE, run_loops, worker_loops
from services.workflow.settings import workflow_settings

OFFSET = 4
"""Of its port in the block that starts at ROSTRUM_PORT."""


def main() -> int:
    """Run until SIGTERM; the exit code, or a sentence if the settings stop the start."""
    try:
        settings = workflow_settings()
        logs.configure(SERVICE, "worker", level=settings.log_level)
        return run_loops(settings, OFFSET, worker_loops)
    except BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    sys.exit(main())
