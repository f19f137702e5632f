"""How to reach a Kafka-protocol broker, and the client options that follow from it."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from contracts.topics import PARTITIONS

FETCH_BYTES: Final = 262_144
"""Fetched ahead of a partition; a message that is larger is handed out all the same (KIP-74)."""


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``bootstrap`` is ``host:port[,host:port]``.

    ``session_ms``: after so long without a heartbeat a member is dead. 45,000 on real Kafka; the
    embedded broker makes every joiner wait half of it, so 2,000 to 6,000 there.
    ``leaves_groups``: whether a consumer that ends says so. The embedded broker never replaces a
    leader that leaves while another member is joining, and hands nobody a partition again; one that
    falls silent it replaces after the session time (both measured; decision 0007).
    ``security`` holds kafka-python's ``security_protocol``, ``sasl_*`` and ``ssl_*`` options.
    ``api_version`` only for brokers whose version cannot be asked.
    """

    bootstrap: str
    namespace: str
    session_ms: int = 45_000
    leaves_groups: bool = True
    fetch_wait_ms: int = 100
    partitions: int = PARTITIONS
    replication: int = 1
    security: dict[str, str] = {}
    api_version: tuple[int, ...] | None = None

    def wire_topic(self, topic: str) -> str:
        """The topic's name on the broker."""
        return f"{self.namespace}.{topic}"

    def topic_of(self, wire: str) -> str:
        """The reverse of ``wire_topic``."""
        return wire.removeprefix(f"{self.namespace}.")

    def wire_group(self, group: str, incarnation: str) -> str:
        """The group's name on the broker: offsets belong to one incarnation of the topic's log.

        A member that has not noticed yet that the log began anew commits positions of the old one.
        Under a name of its own it cannot make anybody skip what stands in the new log.
        """
        mark = hashlib.sha256(incarnation.encode()).hexdigest()[:8]
        return f"{self.namespace}.{group}.{mark}"

    def client(self) -> dict[str, Any]:
        """Options that every client takes."""
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "client_id": self.namespace,
            "api_version": self.api_version,
            "reconnect_backoff_max_ms": 1_000,
            "bootstrap_timeout_ms": 5_000,
            **self.security,
        }

    def admin(self) -> dict[str, Any]:
        """Fails fast: the watch asks again in a second anyway."""
        return {**self.client(), "bootstrap_timeout_ms": 3_000, "request_timeout_ms": 3_000}

    def producer(self) -> dict[str, Any]:
        """Not idempotent: after a broker lost its data such a producer stays stuck for good.

        One request in flight keeps the order; repeats are dropped by sequence at the consumer. No
        message expires before the whole batch is given up: a later one would overtake it.
        """
        return {
            **self.client(),
            "acks": "all",
            "enable_idempotence": False,
            "max_in_flight_requests_per_connection": 1,
            "compression_type": "lz4",
            "batch_size": 131_072,
            "linger_ms": 2,
            "max_request_size": 16_777_216,
            "max_block_ms": 5_000,
            "request_timeout_ms": 5_000,
            "delivery_timeout_ms": 120_000,
            "metadata_max_age_ms": 5_000,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }

    def consumer(self, group: str | None) -> dict[str, Any]:
        """Commits are ours; the beginning is the only reset every broker agrees on."""
        return {
            **self.client(),
            "group_id": group,
            "auto_offset_reset": "earliest" if group else "latest",
            "enable_auto_commit": False,
            "session_timeout_ms": self.session_ms,
            "heartbeat_interval_ms": max(200, self.session_ms // 5),
            "fetch_max_wait_ms": self.fetch_wait_ms,
            "max_partition_fetch_bytes": FETCH_BYTES,
            "request_timeout_ms": max(10_000, self.session_ms + 5_000),
            "metadata_max_age_ms": 5_000,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }
