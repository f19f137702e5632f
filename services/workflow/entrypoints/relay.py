"""Outbox relay, purge, audit sealer: ``python -m services.workflow.entrypoints.relay``."""

from __future__ import annotations

import sys

from chassis import logs
from chassis.errors import BadSettings
from services.workflow.bootstrap import SERVICE, relay_loops, run_loops
from services.workflow.settings import workflow_settings

OFFSET = 5
"""Of its port in the block that starts at ROSTRUM_PORT."""


def main() -> int:
    """Run until SIGTERM; the exit code, or a sentence if the settings stop the start."""
    try:
        settings = workflow_settings()
        logs.configure(SERVICE, "relay", level=settings.log_level)
        return run_loops(settings, OFFSET, relay_loops)
    except BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    sys.exit(main())
