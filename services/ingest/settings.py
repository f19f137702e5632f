"""Settings of ingest's processes; the only place of the service that reads the environment."""

from __future__ import annotations

import os

from chassis.common_settings import CommonSettings
from chassis.errors import BadSettings
from chassis.setting_kinds import host_ports, positive_int, positive_seconds
from chassis.settings import Mode, load, setting

MASTER_KEY_BYTES = 32


def master_key(text: str) -> bytes:
    """64 hexadecimal digits: 256 random bits."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        raise ValueError("write 64 hexadecimal digits, e.g. from `openssl rand -hex 32`")
    return key


class IngestSettings(CommonSettings):
    """What every process of ingest is told."""

    master_key: bytes = setting(
        "ROSTRUM_MASTER_KEY",
        master_key,
        secret=True,
        help="Wraps the data keys under which credentials are sealed; 64 hexadecimal digits.",
    )
    outbound_allow: frozenset[tuple[str, int]] = setting(
        "ROSTRUM_OUTBOUND_ALLOW",
        host_ports,
        default=frozenset(),
        help="Loopback addresses that may be visited, as host:port; refused in production.",
    )
    poll_seconds: float = setting(
        "ROSTRUM_POLL_SECONDS",
        positive_seconds,
        default=60.0,
        help="Seconds between two polls of a channel that has nothing more waiting.",
    )
    pollers: int = setting(
        "ROSTRUM_POLLERS", positive_int, default=4, help="Channels polled at once by a process."
    )
    publishers: int = setting(
        "ROSTRUM_PUBLISHERS", positive_int, default=4, help="Deliveries sent at once by a process."
    )
    lease_seconds: float = setting(
        "ROSTRUM_DELIVERY_LEASE_SECONDS",
        positive_seconds,
        default=30.0,
        help="Seconds for one delivery; a platform that takes longer leaves it unknown.",
    )


def ingest_settings() -> IngestSettings:
    """The settings of this process; BadSettings names every problem and its cure."""
    settings = load(IngestSettings, os.environ)
    if settings.mode is Mode.PRODUCTION and settings.outbound_allow:
        raise BadSettings(["ROSTRUM_OUTBOUND_ALLOW is for demo and test: leave it out"])
    return settings
