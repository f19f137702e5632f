"""The relays of arrivals and of the outbox, its purge, and the audit sealer: ``python -m services.ingest.entrypoints.relay``."""

from __future__ import annotations

import sys

from chassis import logs
from chassis.errors import BadSettings
from services.ingest.bootstrap import SERVICE, relay_loops, run_loops
from services.ingest.settings import ingest_settings

OFFSET = 8
"""Of its port in the block that starts at ROSTRUM_PORT."""


def main() -> int:
    """Run until SIGTERM; the exit code, or a sentence if the settings stop the start."""
    try:
        settings = ingest_settings()
        logs.configure(SERVICE, "relay", level=settings.log_level)
        return run_loops(settings, OFFSET, relay_loops)
    except BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    sys.exit(main())
