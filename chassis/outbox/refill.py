"""A broker that lost everything is noticed and filled again from the outbox (R5)."""

from __future__ import annotations

import structlog

from chassis.broker.ports import Admin
from chassis.outbox.ports import RelaySource
from chassis.outbox.progress import SLACK, SpeakerProgress

_log = structlog.get_logger(__name__)


class Refill:
    """Run by the relay that holds the lease, before it sends."""

    def __init__(self, source: RelaySource, admin: Admin, progress: SpeakerProgress) -> None:
        self._source = source
        self._admin = admin
        self._progress = progress
        self._known: dict[str, str] = {}

    def check(self, fence: int) -> int:
        """Returns for how many topics the log began anew. Unavailable if the broker is away."""
        changed = [topic for topic in sorted(self._source.topics) if self._is_new(topic)]
        for topic in changed:
            self._admin.ensure_topics([topic])
            self._fill(topic, self._admin.incarnation(topic), fence)
        return len(changed)

    def forget(self) -> None:
        """The lease was lost: another relay may have filled another log meanwhile."""
        self._known.clear()

    def _is_new(self, topic: str) -> bool:
        known = self._known.get(topic) or self._progress.incarnation(topic)
        if known is not None:
            self._known[topic] = known
        return self._admin.incarnation(topic) != known

    def _fill(self, topic: str, incarnation: str, fence: int) -> None:
        slowest = self._progress.slowest(topic)
        since = slowest - SLACK if slowest else None
        count = self._source.reopen(topic, since, fence)
        self._progress.filled(topic, incarnation)
        self._known[topic] = incarnation
        _log.warning("topic began anew", topic=topic, since=str(since), facts_again=count)
