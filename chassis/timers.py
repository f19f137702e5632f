"""Business timers: rows that become calls of the service's handlers when they are due.

They compare with the injected clock, so a late sweep is late and never wrong (rule 14).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from chassis.errors import Refusal
from chassis.metric_defs import CHASSIS_METRICS, TIMERS_FIRED, TIMERS_OVERDUE
from chassis.metrics import Metrics, silent_metrics
from chassis.mongo.factory import service_actor
from chassis.ports import Clock, TimerHandler, Work
from chassis.stores import Factory, Timer

BATCH: Final = 200
IDLE_S: Final = 0.25
_log = structlog.get_logger(__name__)


class TimerLoop:
    """A Loop: each due timer is one transaction of its organization, which also forgets the row.

    Any number may run: the one that takes the row wins. A Refusal of the handler means that the
    subject has moved on; the row is forgotten. A kind without a handler is a bug and stops the loop.
    """

    name = "timers"

    def __init__(
        self,
        factory: Factory,
        handlers: Mapping[str, TimerHandler],
        clock: Clock,
        *,
        metrics: Metrics | None = None,
    ) -> None:
        self._factory = factory
        self._handlers = handlers
        self._clock = clock
        self._metrics = metrics or silent_metrics(CHASSIS_METRICS)

    def step(self) -> float:
        """Handle what is due; 0 if there may be more, else the seconds to wait."""
        now = self._clock.now()
        due = self._factory.timers.due(now, BATCH)
        oldest = min((timer.due_at for timer in due), default=now)
        self._metrics.set(TIMERS_OVERDUE, (now - oldest).total_seconds())
        for timer in due:
            self._handle(timer)
            self._metrics.count(TIMERS_FIRED, kind=timer.kind)
        return 0.0 if len(due) == BATCH else IDLE_S

    def close(self) -> None:
        """Nothing is held between steps."""

    def _handle(self, timer: Timer) -> None:
        handler = self._handlers[timer.kind]
        actor = service_actor(self._factory.service)

        def fire(work: Work) -> None:
            if self._factory.timers.take(timer):
                handler(timer.subject_id, work)

        try:
            self._factory.run(actor, timer.org_id, fire)
        except Refusal as refusal:
            _log.info("timer_refused", kind=timer.kind, code=refusal.code.value)
            self._factory.run(actor, timer.org_id, lambda _: self._factory.timers.take(timer))
