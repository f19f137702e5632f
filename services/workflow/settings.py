"""Settings of workflow's processes; the only place of the service that reads the environment."""

from __future__ import annotations

import os

from chassis.common_settings import CommonSettings
from chassis.settings import load


class WorkflowSettings(CommonSettings):
    """What every process of workflow is told."""


def workflow_settings() -> WorkflowSettings:
    """The settings of this process; BadSettings names every problem and its cure."""
    return load(WorkflowSettings, os.environ)
