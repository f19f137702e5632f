"""What the platform on one machine is told: the only place of ``stack`` that reads the environment."""

from __future__ import annotations

import os
from pathlib import Path

from chassis.broker.security import KafkaSecurity
from chassis.setting_kinds import host_ports, namespace, port, positive_int, words
from chassis.settings import Mode, declarations, load, setting


class StackSettings(KafkaSecurity):
    """Settings of `rostrum`; the processes it starts get theirs from `stack.environment`."""

    mode: Mode = setting(
        "ROSTRUM_MODE",
        Mode,
        default=Mode.DEMO,
        help="demo loads demonstration organizations and a demonstration platform.",
    )
    namespace: str = setting(
        "ROSTRUM_NAMESPACE",
        namespace,
        default="rostrum",
        help="Prefix of every database, topic and consumer group.",
    )
    home: Path = setting(
        "ROSTRUM_HOME",
        Path,
        default=Path(".rostrum"),
        help="The folder of media, secrets and, with embedded parts, data.",
    )
    port: int = setting(
        "ROSTRUM_PORT", port, default=8400, help="First port of the block of 32; the gateway's."
    )
    mongo_uri: str | None = setting(
        "ROSTRUM_MONGO_URI",
        str,
        default=None,
        help="Administrator's URI of a MongoDB replica set; without it one is embedded.",
    )
    kafka_bootstrap: tuple[str, ...] = setting(
        "ROSTRUM_KAFKA_BOOTSTRAP",
        words,
        default=(),
        help="Kafka brokers as host:port; without them one is embedded.",
    )
    kafka_session_ms: int | None = setting(
        "ROSTRUM_KAFKA_SESSION_MS",
        positive_int,
        default=None,
        help="Session time of consumer groups; without it 6000 embedded, else 45000.",
    )
    kafka_replication: int = setting(
        "ROSTRUM_KAFKA_REPLICATION",
        positive_int,
        default=1,
        help="On how many brokers each topic is kept, from when it is made; 3 where there are three.",
    )
    outbound_allow: frozenset[tuple[str, int]] = setting(
        "ROSTRUM_OUTBOUND_ALLOW",
        host_ports,
        default=frozenset(),
        help="Further loopback addresses that ingest may visit, as host:port; refused in production.",
    )


def stack_settings() -> StackSettings:
    """The settings of this process; BadSettings names every problem."""
    return load(StackSettings, os.environ)


def inherited() -> dict[str, str]:
    """What child processes need of our own environment: where programs and certificates are, and how
    to sign in at the broker.
    """
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "VIRTUAL_ENV")
    shown = [one.name for one in declarations(KafkaSecurity).values()]
    names = (*kept, *shown, *(f"{name}_FILE" for name in shown))
    return {name: os.environ[name] for name in names if name in os.environ}
