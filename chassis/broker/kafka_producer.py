"""Sends in order per key, and replaces its client when that is broken."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from chassis.broker.kafka_errors import as_unavailable, require_listener
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Message
from chassis.errors import Unavailable

FLUSH_SECONDS: Final = 10.0


class OrderedProducer:
    """One batch at a time; a batch is done when every message of it is acknowledged."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._client: Any = None

    def send(self, messages: Sequence[Message]) -> None:
        """See ``Producer``. After a failure the next call starts with a new client."""
        try:
            with as_unavailable("take a batch"):
                self._send(messages)
        except Unavailable:
            self.close()
            raise

    def close(self) -> None:
        """Gives up what is not acknowledged; may be called twice."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(KafkaError):
                client.close(timeout=0)

    def _send(self, messages: Sequence[Message]) -> None:
        if self._client is None:
            require_listener(self._settings.bootstrap)
            self._client = KafkaProducer(**self._settings.producer())
        futures = [self._queued(item) for item in messages]
        self._client.flush(timeout=FLUSH_SECONDS)
        for future in futures:
            if not future.succeeded():
                raise Unavailable(f"A message was not acknowledged: {future.exception}")

    def _queued(self, item: Message) -> Any:
        return self._client.send(
            self._settings.wire_topic(item.topic),
            value=item.value,
            key=item.key,
            headers=list(item.headers),
            partition=item.partition,
        )
