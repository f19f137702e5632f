"""Gives the memory of a broker back that never forgets: its topics begin anew now and then.

A rotation is a small loss of the broker on purpose: the relay notices the new log and fills it from
two minutes before the slowest group, consumers drop what they know. So it is safe at any moment, and
cheap when every group is past what was sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from chassis.broker.ports import Admin
from chassis.outbox.ports import OutgoingFact
from chassis.outbox.progress import SpeakerProgress

CLOSE_BEHIND: Final = timedelta(seconds=10)

_log = structlog.get_logger(__name__)


class Rotation:
    """``after`` so many messages, counted in the store, a topic begins anew; 0: never."""

    def __init__(self, admin: Admin, progress: SpeakerProgress, after: int) -> None:
        self._admin = admin
        self._progress = progress
        self._after = after
        self._unsaved: Counter[str] = Counter()
        self._newest: dict[str, datetime] = {}

    def sent(self, facts: Sequence[OutgoingFact]) -> None:
        """These are on the broker now."""
        for item in facts:
            self._unsaved[item.topic] += 1
            self._newest[item.topic] = item.created_at

    def rotate_if_due(self) -> list[str]:
        """Returns the topics that began anew; called every few seconds."""
        if not self._after:
            return []
        sent, self._unsaved = self._unsaved, Counter()
        full = [
            topic
            for topic, count in sent.items()
            if self._progress.count_sent(topic, count) >= self._after
        ]
        return [topic for topic in full if self._is_rotated(topic)]

    def _is_rotated(self, topic: str) -> bool:
        slowest = self._progress.slowest(topic)
        if slowest is None or slowest < self._newest[topic] - CLOSE_BEHIND:
            # Asked again with the next count, even if nothing more is sent until then.
            self._unsaved[topic] += 0
            return False
        self._admin.rotate(topic)
        _log.info("topic rotated", topic=topic)
        return True
