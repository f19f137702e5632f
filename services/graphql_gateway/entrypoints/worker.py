"""The consumer of people and the audit sealer: ``python -m services.graphql_gateway.entrypoints.worker``."""

from __future__ import annotations

import sys

from chassis import logs
from chassis.errors import BadSettings
from services.graphql_gateway.bootstrap import SERVICE, run_worker
from services.graphql_gateway.settings import gateway_settings

OFFSET = 2
"""Of its port in the block that starts at ROSTRUM_PORT."""


def main() -> int:
    """Run until SIGTERM; the exit code, or a sentence if the settings stop the start."""
    try:
        settings = gateway_settings()
        logs.configure(SERVICE, "worker", level=settings.log_level)
        return run_worker(settings, OFFSET)
    except BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    sys.exit(main())
