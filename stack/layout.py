"""The process table: every process of the platform on one machine, its port and its loops.

Ports are a block of 32 from ROSTRUM_PORT. The README's table is printed from this.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import msgspec

BLOCK: Final = 32
"""How many ports a platform may use; two platforms need blocks that do not overlap."""


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One process: ``offset`` is its port's distance from ROSTRUM_PORT."""

    name: str
    service: str
    offset: int
    does: str
    module: str = ""
    is_web: bool = False
    worker_class: str = "gthread"
    workers: int = 1
    threads: int = 8

    def port(self, first: int) -> int:
        """Where it serves its API or, for workers, /livez, /readyz and /metrics."""
        return first + self.offset

    def argv(self, first: int) -> list[str]:
        """Its command line."""
        if not self.is_web:
            return [sys.executable, "-m", self.module]
        return [
            sys.executable,
            "-m",
            "gunicorn",
            f"{self.module}:create_wsgi()",
            "--config=python:chassis.http.gunicorn_conf",
            f"--bind=127.0.0.1:{self.port(first)}",
            f"--worker-class={self.worker_class}",
            f"--workers={self.workers}",
            f"--threads={self.threads}",
        ]


GATEWAY: Final = "graphql_gateway"


def _web(service: str, offset: int, *, does: str, workers: int = 1) -> Process:
    return Process(
        name=f"{service.removeprefix('graphql_')}-web",
        service=service,
        offset=offset,
        does=does,
        module=f"services.{service}.entrypoints.web",
        is_web=True,
        workers=workers,
    )


def _loops(service: str, entry: str, offset: int, *, does: str) -> Process:
    return Process(
        name=f"{service.removeprefix('graphql_')}-{entry}",
        service=service,
        offset=offset,
        does=does,
        module=f"services.{service}.entrypoints.{entry}",
    )


LIVE: Final = Process(
    name="gateway-live",
    service=GATEWAY,
    offset=1,
    does="subscriptions over server-sent events",
    module=f"services.{GATEWAY}.entrypoints.live",
    is_web=True,
    worker_class="gevent",
    threads=1,
)

PROCESSES: Final = (
    _web(GATEWAY, 0, does="GraphQL, sign-in, GraphiQL in demo mode", workers=2),
    LIVE,
    _loops(GATEWAY, "worker", 2, does="answers new members with invitations; audit sealer"),
    _web("workflow", 3, does="commands of workflow"),
    _loops("workflow", "worker", 4, does="consumers of arrivals and connections; timers"),
    _loops("workflow", "relay", 5, does="outbox relay, purge, audit sealer"),
    _web("ingest", 6, does="commands of ingest"),
    _loops("ingest", "worker", 7, does="pollers; consumer of channels"),
    _loops("ingest", "relay", 8, does="relay of arrivals and outbox, audit sealer"),
    _loops("ingest", "publisher", 9, does="sends what is due, looks back at what is unknown"),
    _loops("reporting", "worker", 10, does="folds facts into day documents"),
)

MONGOD_OFFSET: Final = 16
BROKER_OFFSET: Final = 17
DEMO_PLATFORM_OFFSET: Final = 18
SUPERVISOR_OFFSET: Final = 31


def named(name: str) -> Process:
    """The process of that name."""
    return next(process for process in PROCESSES if process.name == name)


def port_of(name: str, first: int) -> int:
    """The port of a process."""
    return named(name).port(first)


def all_ports(first: int) -> Iterator[tuple[str, int]]:
    """Every port that a platform from this first port on may listen on."""
    for process in PROCESSES:
        yield process.name, process.port(first)
    yield "mongod", first + MONGOD_OFFSET
    yield "broker", first + BROKER_OFFSET
    yield "demo-platform", first + DEMO_PLATFORM_OFFSET
    yield "supervisor", first + SUPERVISOR_OFFSET


def process_table(first: int = 8400) -> str:
    """The table of the README, as Markdown."""
    head = "| process | service | what it does | port | /metrics |\n|---|---|---|---|---|\n"
    rows = [f"| {p.name} | {p.service} | {p.does} | {p.port(first)} | yes |" for p in PROCESSES]
    rows += [
        f"| mongod | embedded | MongoDB replica set of one | {first + MONGOD_OFFSET} | no |",
        f"| broker | embedded | Kafka protocol, in memory | {first + BROKER_OFFSET} | no |",
        f"| demo-platform | demo | a server of the Mastodon API | {first + DEMO_PLATFORM_OFFSET} | no |",
        f"| rostrum | stack | starts, watches and restarts all of these | {first + SUPERVISOR_OFFSET} | yes |",
    ]
    return head + "\n".join(rows) + "\n"
