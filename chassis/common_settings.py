"""Settings that every process of every service takes."""

from __future__ import annotations

from pathlib import Path

from chassis.broker.security import KafkaSecurity
from chassis.setting_kinds import (
    flag,
    namespace,
    port,
    positive_int,
    secret_key,
    url,
    words,
)
from chassis.settings import NOTICE, LogLevel, setting


class CommonSettings(KafkaSecurity):
    """What every process of every service needs."""

    namespace: str = setting(
        "ROSTRUM_NAMESPACE",
        namespace,
        default="rostrum",
        help="Prefix of every database, topic and consumer group.",
    )
    mongo_uri: str = setting(
        "ROSTRUM_MONGO_URI", str, secret=True, help="MongoDB, with the service's own user."
    )
    kafka_bootstrap: tuple[str, ...] = setting(
        "ROSTRUM_KAFKA_BOOTSTRAP", words, help="Kafka brokers as host:port, separated by commas."
    )
    home: Path = setting(
        "ROSTRUM_HOME",
        Path,
        default=Path(".rostrum"),
        help="The folder of media, secrets and, with embedded parts, data.",
    )
    ops_port: int | None = setting(
        "ROSTRUM_OPS_PORT",
        port,
        default=None,
        help="Where a process without an API serves /livez, /readyz and /metrics; "
        "by default its place in the block that starts at ROSTRUM_PORT.",
    )
    port: int = setting(
        "ROSTRUM_PORT", port, default=8400, help="First port of the block of 32; the gateway's."
    )
    ops_host: str = setting(
        "ROSTRUM_OPS_HOST",
        str,
        default="127.0.0.1",
        help="The address on which a process without an API serves /livez, /readyz and /metrics; "
        "0.0.0.0 in a container of its own.",
    )
    token_key: str = setting(
        "ROSTRUM_TOKEN_KEY",
        secret_key,
        secret=True,
        help="Signs the tokens that services show each other; the same for all of them.",
    )
    audit_key: str = setting(
        "ROSTRUM_AUDIT_KEY", secret_key, secret=True, help="Signs the roots of the audit chains."
    )
    workflow_url: str = setting(
        "ROSTRUM_WORKFLOW_URL",
        url,
        default="http://127.0.0.1:8403",
        help="Where workflow takes commands.",
    )
    ingest_url: str = setting(
        "ROSTRUM_INGEST_URL",
        url,
        default="http://127.0.0.1:8406",
        help="Where ingest takes commands.",
    )
    kafka_session_ms: int = setting(
        "ROSTRUM_KAFKA_SESSION_MS",
        positive_int,
        default=45_000,
        help="Milliseconds without a heartbeat until a consumer is out of its group; "
        "the embedded broker wants 2000 to 6000.",
    )
    kafka_leaves: bool = setting(
        "ROSTRUM_KAFKA_LEAVES",
        flag,
        default=True,
        help="Whether a consumer that ends leaves its group at once instead of falling silent; "
        "false for the embedded broker, which may never replace a leader that left.",
    )
    rotate_after: int | None = setting(
        "ROSTRUM_ROTATE_AFTER",
        positive_int,
        default=None,
        help="After so many messages a topic begins anew, on brokers that forget nothing by "
        "themselves; without it never.",
    )
    notice_seconds: float = NOTICE
    log_level: LogLevel = setting(
        "ROSTRUM_LOG_LEVEL",
        LogLevel,
        default=LogLevel.INFO,
        help="From which level on a line is written.",
    )
