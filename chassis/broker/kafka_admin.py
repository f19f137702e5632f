"""Topics, and the watch over the broker's identity."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from time import monotonic
from typing import Any, Final

from kafka.admin import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError

from chassis.broker.kafka_errors import as_unavailable, require_listener
from chassis.broker.kafka_settings import KafkaSettings

WATCH_SECONDS: Final = 0.5
"""How old the answer to "is it still the same broker?" may be."""


class KafkaAdmin:
    """One connection, shared by every producer and consumer of the process."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Any = None
        self._cluster_id = ""
        self._topic_ids: dict[str, str] = {}
        self._asked: dict[str, float] = {}

    def cluster_id(self) -> str:
        """Asks the broker every time."""
        with self._lock, as_unavailable("name itself"):
            return str(self._connected().describe_cluster()["cluster_id"])

    def incarnation(self, topic: str) -> str:
        """The cluster's id and the topic's id; brokers before Kafka 2.8 have no ids of topics."""
        with self._lock:
            if monotonic() - self._asked.get(topic, float("-inf")) > WATCH_SECONDS:
                self._ask(topic)
            return f"{self._cluster_id}/{self._topic_ids[topic]}"

    def fresh_incarnation(self, topic: str) -> str:
        """The same, never from memory."""
        with self._lock:
            self._ask(topic)
            return f"{self._cluster_id}/{self._topic_ids[topic]}"

    def ensure_topics(self, topics: Iterable[str]) -> None:
        """Also repairs nothing: a topic with another number of partitions stays as it is."""
        with self._lock, as_unavailable("create topics"):
            present = set(self._connected().list_topics())
            for topic in topics:
                if self._settings.wire_topic(topic) not in present:
                    self._create(topic)

    def rotate(self, topic: str) -> None:
        """Delete and create again; in the embedded broker only this frees memory."""
        with self._lock, as_unavailable("rotate a topic"):
            with contextlib.suppress(UnknownTopicOrPartitionError):
                self._connected().delete_topics([self._settings.wire_topic(topic)])
            self._create(topic)

    def close(self) -> None:
        """May be called twice."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                client.close()

    def _connected(self) -> Any:
        if self._client is None:
            require_listener(self._settings.bootstrap)
            self._client = KafkaAdminClient(**self._settings.admin())
        return self._client

    def _create(self, topic: str) -> None:
        shape = {
            "num_partitions": self._settings.partitions,
            "replication_factor": self._settings.replication,
        }
        with contextlib.suppress(TopicAlreadyExistsError):
            self._connected().create_topics({self._settings.wire_topic(topic): shape})
        self._asked.pop(topic, None)

    def _ask(self, topic: str) -> None:
        with as_unavailable("name itself"):
            client = self._connected()
            self._cluster_id = str(client.describe_cluster()["cluster_id"])
            found = client.describe_topics([self._settings.wire_topic(topic)])
        self._topic_ids[topic] = str(found[0].get("topic_id")) if found else ""
        self._asked[topic] = monotonic()
