"""What ingest tells operators: counts and log lines, never an organization's data."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from chassis.metrics import Metrics
from contracts.ingest import Health
from contracts.workflow.deliveries import Outcome, Purpose
from services.ingest import metrics as defs
from services.ingest.domain.listening.arrival import Arrival

_log = structlog.get_logger(__name__)


class MeasuredReport:
    """See ``application.ports.Report``."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def polled(self, platform: str, health: Health, seconds: float) -> None:
        """One poll ended."""
        self._metrics.count(defs.POLLS, platform=platform, health=health.value)
        self._metrics.observe(defs.POLL_SECONDS, seconds, platform=platform)

    def arrived(self, platform: str, arrivals: Sequence[Arrival], stored: int) -> None:
        """So many of these were new."""
        if stored:
            self._metrics.count(defs.ARRIVALS_STORED, stored, platform=platform)
        known = len(arrivals) - stored
        if known:
            self._metrics.count(defs.ARRIVALS_KNOWN, known, platform=platform)

    def unreadable(self, source: str, count: int) -> None:
        """So many payloads were set aside."""
        self._metrics.count(defs.UNREADABLE, count, source=source)

    def attempted(self, platform: str, purpose: Purpose, outcome: Outcome) -> None:
        """A try or a read-back was recorded."""
        self._metrics.count(
            defs.ATTEMPTS, platform=platform, purpose=purpose.value, outcome=outcome.value
        )

    def needs_person(self, platform: str) -> None:
        """Somebody has to look at the channel."""
        self._metrics.count(defs.NEED_PERSON, platform=platform)

    def not_granted(self, reason: str) -> None:
        """Workflow said no."""
        self._metrics.count(defs.NOT_GRANTED, reason=reason)

    def bug(self, where: str, error: Exception) -> None:
        """The trace goes to the log, because the process goes on."""
        self._metrics.count(defs.CONNECTOR_BUGS, where=where)
        _log.error("a connector broke its promise", where=where, exc_info=error)
