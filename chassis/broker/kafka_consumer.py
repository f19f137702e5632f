"""A member of a group, or a reader without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from chassis.broker.kafka_errors import as_unavailable
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import BrokerReplaced, Record

COMMIT_MS: Final = 3_000
CLOSE_MS: Final = 3_000

_log = structlog.get_logger(__name__)


class GroupConsumer:
    """Used by one thread only."""

    def __init__(
        self, client: Any, settings: KafkaSettings, is_replaced: Callable[[], bool]
    ) -> None:
        self._client = client
        self._settings = settings
        self._is_replaced = is_replaced
        self._is_paused = False
        self._slipped: list[Record] = []

    def assign(self, wire_topics: Sequence[str]) -> None:
        """Read every partition of these, without a group."""
        with as_unavailable("name partitions"):
            self._client.assign(
                [
                    TopicPartition(name, number)
                    for name in wire_topics
                    for number in sorted(self._client.partitions_for_topic(name) or ())
                ]
            )

    def poll(self, max_records: int, timeout: float) -> list[Record]:
        """See ``Consumer``. The watch is asked first: an old position must not skip a new log."""
        if self._is_replaced():
            raise BrokerReplaced("The broker's log is not the one this consumer was reading.")
        if self._is_paused:
            self._slipped.extend(self._polled(max_records, timeout))
            return []
        slipped, self._slipped = self._slipped, []
        return slipped or self._polled(max_records, timeout)

    def commit(self, positions: Mapping[int, int]) -> None:
        """See ``Consumer``: after a rebalance a commit is refused, and that costs repeats only."""
        wanted = {
            each: OffsetAndMetadata(positions[each.partition], "", -1)
            for each in self._client.assignment()
            if each.partition in positions
        }
        try:
            if wanted:
                self._client.commit(wanted, timeout_ms=COMMIT_MS)
        except KafkaError as error:
            _log.warning("offsets not committed", reason=f"{type(error).__name__}: {error}")

    def pause(self) -> None:
        """See ``Consumer``."""
        self._is_paused = True

    def resume(self) -> None:
        """See ``Consumer``."""
        self._is_paused = False
        self._client.resume(*self._client.paused())

    def assigned(self) -> frozenset[int]:
        """See ``Consumer``."""
        return frozenset(each.partition for each in self._client.assignment())

    def lag(self) -> dict[int, int]:
        """From the last fetch: asking the broker for the end of a log is wrong on some brokers."""
        found = {}
        for each in self._client.assignment():
            end = self._client.highwater(each)
            if end is not None:
                found[each.partition] = max(0, end - self._position(each))
        return found

    def close(self) -> None:
        """See ``Consumer``; a broker that is away does not hold it up for long.

        Without ``leaves_groups`` it falls silent instead of leaving: see ``KafkaSettings``.
        """
        coordinator = self._client._coordinator  # noqa: SLF001 - no public way to fall silent
        try:
            if coordinator is not None and not self._settings.leaves_groups:
                coordinator.reset_generation()
            self._client.close(autocommit=False, timeout_ms=CLOSE_MS)
        except KafkaError as error:
            _log.warning("group not left", reason=f"{type(error).__name__}: {error}")

    def _position(self, each: TopicPartition) -> int:
        with as_unavailable("name a position"):
            return int(self._client.position(each, timeout_ms=COMMIT_MS) or 0)

    def _polled(self, max_records: int, timeout: float) -> list[Record]:
        if self._is_paused:
            self._client.pause(*self._client.assignment())
        with as_unavailable("hand out records"):
            found = self._client.poll(timeout_ms=int(timeout * 1000), max_records=max_records)
        return [self._record(item) for batch in found.values() for item in batch]

    def _record(self, item: Any) -> Record:
        return Record(
            topic=self._settings.topic_of(item.topic),
            partition=item.partition,
            offset=item.offset,
            value=item.value or b"",
            key=item.key,
            headers=tuple(item.headers),
            timestamp=_moment(item.timestamp),
        )


def _moment(milliseconds: int | None) -> datetime | None:
    if milliseconds is None or milliseconds < 0:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
