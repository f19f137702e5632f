"""The environment of each process: its own database user, its own secrets, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import quote_plus, urlsplit, urlunsplit

import msgspec

from chassis.settings import Mode
from stack.layout import BROKER_OFFSET, DEMO_PLATFORM_OFFSET, Process, port_of
from stack.secrets import secrets_folder
from stack.settings import StackSettings, inherited

EMBEDDED_SESSION_MS: Final = 6000
"""Joining a group of the embedded broker takes half of this."""

EMBEDDED_ROTATE_AFTER: Final = 400_000
"""Messages of a topic; the embedded broker keeps about 1 KB of memory for each."""

MALLOC_ARENAS: Final = "2"
"""glibc keeps memory per thread by default; with two arenas what one thread frees another uses."""

MONGO_USERS: Final = {
    "ingest": "ingest",
    "workflow": "workflow",
    "reporting": "reporting",
    "graphql_gateway": "gateway",
}
"""Service -> last part of its database and user name."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a platform runs: its settings and the addresses of its two servers."""

    settings: StackSettings
    admin_uri: str
    kafka_bootstrap: str
    is_embedded_broker: bool
    secrets: dict[str, str]
    poll_seconds: float | None = None

    @property
    def home(self) -> Path:
        """The data folder, absolute."""
        return self.settings.home.resolve()


def mongo_user(namespace: str, service: str) -> str:
    """The MongoDB user of a service."""
    return f"{namespace}_{MONGO_USERS[service]}"


def service_uri(place: Place, service: str) -> str:
    """The administrator's URI with the service's own user and password in it."""
    parts = urlsplit(place.admin_uri)
    user = quote_plus(mongo_user(place.settings.namespace, service))
    password = quote_plus(place.secrets[f"mongo_{MONGO_USERS[service]}"])
    hosts = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{hosts}"))


def environment_of(process: Process, place: Place) -> dict[str, str]:
    """What one process is told."""
    first = place.settings.port
    told = {
        **inherited(),
        "ROSTRUM_MODE": place.settings.mode.value,
        "ROSTRUM_NAMESPACE": place.settings.namespace,
        "ROSTRUM_HOME": str(place.home),
        "ROSTRUM_PORT": str(first),
        "ROSTRUM_OPS_PORT": str(process.port(first)),
        "ROSTRUM_PROCESS": process.name,
        "ROSTRUM_MONGO_URI": service_uri(place, process.service),
        "ROSTRUM_KAFKA_BOOTSTRAP": place.kafka_bootstrap,
        "ROSTRUM_WORKFLOW_URL": f"http://127.0.0.1:{port_of('workflow-web', first)}",
        "ROSTRUM_INGEST_URL": f"http://127.0.0.1:{port_of('ingest-web', first)}",
        "ROSTRUM_TOKEN_KEY_FILE": _secret(place, "token_key"),
        "ROSTRUM_AUDIT_KEY_FILE": _secret(place, "audit_key"),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": MALLOC_ARENAS,
        **_broker_part(place),
        **_service_part(process, place),
    }
    if process.is_web:
        told["PROMETHEUS_MULTIPROC_DIR"] = str(place.home / "metrics" / process.name)
    return told


def _broker_part(place: Place) -> dict[str, str]:
    wished = place.settings.kafka_session_ms
    session_ms = EMBEDDED_SESSION_MS if wished is None and place.is_embedded_broker else wished
    told = {} if session_ms is None else {"ROSTRUM_KAFKA_SESSION_MS": str(session_ms)}
    if place.is_embedded_broker:
        told["ROSTRUM_ROTATE_AFTER"] = str(EMBEDDED_ROTATE_AFTER)
        told["ROSTRUM_KAFKA_LEAVES"] = "false"
    return told


def _service_part(process: Process, place: Place) -> dict[str, str]:
    match process.service:
        case "ingest":
            return _ingest_part(place)
        case "graphql_gateway":
            return {"ROSTRUM_ACCESS_KEY_FILE": _secret(place, "access_key")}
        case _:
            return {}


def _ingest_part(place: Place) -> dict[str, str]:
    told = {"ROSTRUM_MASTER_KEY_FILE": _secret(place, "master_key")}
    allowed = set(place.settings.outbound_allow)
    if place.settings.mode is not Mode.PRODUCTION:
        allowed.add(("127.0.0.1", place.settings.port + DEMO_PLATFORM_OFFSET))
        told["ROSTRUM_POLL_SECONDS"] = str(place.poll_seconds or 1)
    if allowed:
        told["ROSTRUM_OUTBOUND_ALLOW"] = ",".join(
            f"{host}:{port}" for host, port in sorted(allowed)
        )
    return told


def _secret(place: Place, name: str) -> str:
    return str(secrets_folder(place.home) / name)


def embedded_bootstrap(first: int) -> str:
    """The embedded broker's address."""
    return f"127.0.0.1:{first + BROKER_OFFSET}"
