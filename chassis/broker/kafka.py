"""The broker over the Kafka protocol (kafka-python)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kafka import KafkaConsumer

from chassis.broker.kafka_admin import KafkaAdmin
from chassis.broker.kafka_consumer import GroupConsumer
from chassis.broker.kafka_errors import as_unavailable
from chassis.broker.kafka_producer import OrderedProducer
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Consumer, Producer


class KafkaBroker:
    """One process's way to the broker; safe to share between threads, its products are not."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._admin = KafkaAdmin(settings)

    def producer(self) -> Producer:
        """Connects at the first send."""
        return OrderedProducer(self._settings)

    def consumer(self, group: str, topic: str) -> Consumer:
        """Joins at the first poll, which takes up to half the session time on some brokers."""
        incarnation = self._admin.fresh_incarnation(topic)
        wire = self._settings.wire_topic(topic)
        name = self._settings.wire_group(group, incarnation)
        with as_unavailable("join a group"):
            client = KafkaConsumer(wire, **self._settings.consumer(name))
        return GroupConsumer(client, self._settings, self._replaced(topic, incarnation))

    def reader(self, topics: Sequence[str]) -> Consumer:
        """All partitions of the topics, assigned by hand."""
        marks = [self._replaced(topic, self._admin.fresh_incarnation(topic)) for topic in topics]
        with as_unavailable("read without a group"):
            client = KafkaConsumer(**self._settings.consumer(None))
        reader = GroupConsumer(client, self._settings, lambda: any(mark() for mark in marks))
        reader.assign([self._settings.wire_topic(topic) for topic in topics])
        return reader

    def ensure_topics(self, topics: Iterable[str]) -> None:
        """See ``Admin``."""
        self._admin.ensure_topics(topics)

    def incarnation(self, topic: str) -> str:
        """See ``Admin``."""
        return self._admin.incarnation(topic)

    def cluster_id(self) -> str:
        """See ``Admin``."""
        return self._admin.cluster_id()

    def rotate(self, topic: str) -> None:
        """See ``Admin``."""
        self._admin.rotate(topic)

    def close(self) -> None:
        """Let go of the connection that watches the broker."""
        self._admin.close()

    def _replaced(self, topic: str, incarnation: str) -> _Replaced:
        return _Replaced(self._admin, topic, incarnation)


class _Replaced:
    """Asks whether the topic's log is still the one that was first seen."""

    def __init__(self, admin: KafkaAdmin, topic: str, incarnation: str) -> None:
        self._admin = admin
        self._topic = topic
        self._incarnation = incarnation

    def __call__(self) -> bool:
        return self._admin.incarnation(self._topic) != self._incarnation
