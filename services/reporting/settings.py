"""Settings of reporting's processes; the only place of the service that reads the environment."""

from __future__ import annotations

import os

from chassis.common_settings import CommonSettings
from chassis.settings import load


class ReportingSettings(CommonSettings):
    """What every process of reporting is told."""


def reporting_settings() -> ReportingSettings:
    """The settings of this process; BadSettings names every problem and its cure."""
    return load(ReportingSettings, os.environ)
