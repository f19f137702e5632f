"""Settings of workflow's processes; the only place of the service that reads the environment."""

from __future__ import annotations

import os

from chassis.setting_kinds import port
from chassis.settings import CommonSettings, load, setting


class WorkflowSettings(CommonSettings):
    """What every process of workflow is told."""

    ops_port: int | None = setting(
        "ROSTRUM_OPS_PORT",
        port,
        default=None,
        help="Where a process without an API serves /livez, /readyz and /metrics; "
        "by default its place in the block that starts at ROSTRUM_PORT.",
    )


def workflow_settings() -> WorkflowSettings:
    """The settings of this process; BadSettings names every problem and its cure."""
    return load(WorkflowSettings, os.environ)
