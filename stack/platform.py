"""The whole platform on one machine: servers, preparation, services, in this order, under one supervisor."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from chassis.errors import Unavailable
from chassis.health import Health
from chassis.http.ops import OpsServer, serve_ops
from chassis.metrics import Metrics, new_registry
from chassis.settings import Mode
from stack.demo_platform import demo_platform_argv
from stack.embedded.broker import broker_argv, new_cluster_id
from stack.embedded.mongod import mongod_argv, prepare_mongod
from stack.environment import Place, embedded_bootstrap, environment_of
from stack.layout import (
    BROKER_OFFSET,
    DEMO_PLATFORM_OFFSET,
    MONGOD_OFFSET,
    PROCESSES,
    SUPERVISOR_OFFSET,
    Process,
    all_ports,
)
from stack.metrics import METRICS
from stack.place import ADMIN, embedded_uri
from stack.prepare import prepare_all
from stack.secrets import make_secrets, secrets_folder
from stack.settings import StackSettings, inherited
from stack.supervisor import Child, Supervisor

READY_WITHIN: Final = 90.0
SERVER_WITHIN: Final = 60.0

Say = Callable[[str], None]


class PortTaken(RuntimeError):  # noqa: N818
    """Another program listens where the platform wants to; the message names both."""


class NotReady(RuntimeError):  # noqa: N818
    """A process did not become ready; the message names its log."""


class Platform:
    """Start and stop everything; call from one thread that outlives the platform."""

    def __init__(
        self,
        settings: StackSettings,
        *,
        say: Say = lambda _line: None,
        processes: tuple[Process, ...] = PROCESSES,
    ) -> None:
        self.settings = settings
        self.home: Path = settings.home.resolve()
        self.registry = new_registry()
        self.supervisor = Supervisor(Metrics(METRICS, self.registry))
        self._say = say
        self._processes = processes
        self.place: Place | None = None
        self._ops: OpsServer | None = None

    @property
    def graphql_url(self) -> str:
        """Where people and programs ask."""
        return f"http://127.0.0.1:{self.settings.port}/graphql"

    @property
    def stream_url(self) -> str:
        """Where subscriptions are served."""
        return f"http://127.0.0.1:{self.settings.port + 1}/graphql/stream"

    @property
    def auth_url(self) -> str:
        """Where people sign in."""
        return f"http://127.0.0.1:{self.settings.port}/auth"

    @property
    def platform_url(self) -> str:
        """The demonstration platform."""
        return f"http://127.0.0.1:{self.settings.port + DEMO_PLATFORM_OFFSET}"

    @property
    def metrics_urls(self) -> list[str]:
        """Every /metrics."""
        ports = [process.port(self.settings.port) for process in self._processes]
        ports.append(self.settings.port + SUPERVISOR_OFFSET)
        return [f"http://127.0.0.1:{port}/metrics" for port in ports]

    def start(self) -> None:
        """Returns when every process is ready. Raises PortTaken, NotReady, StartError, BadSettings."""
        self.start_servers()
        self._say("preparing databases, users, indexes and topics")
        prepare_all(self._placed)
        self.start_services()

    def start_servers(self) -> None:
        """mongod, the broker and the demonstration platform, as far as they are embedded."""
        self._refuse_taken_ports()
        secrets = make_secrets(self.home)
        self._say("starting the database and the broker")
        uri = self.settings.mongo_uri or self._embedded_mongod(secrets)
        bootstrap = ",".join(self.settings.kafka_bootstrap) or self._embedded_broker()
        if self.settings.mode is not Mode.PRODUCTION:
            self._demo_platform()
        self.place = Place(
            settings=self.settings,
            admin_uri=uri,
            kafka_bootstrap=bootstrap,
            is_embedded_broker=not self.settings.kafka_bootstrap,
            secrets=secrets,
        )

    def start_services(self) -> None:
        """Every process of the four services."""
        self._say("starting the services")
        self._open_ops()
        for process in self._processes:
            self.supervisor.start(self._child(process))
        self._wait_ready()

    def stop(self) -> None:
        """Drain and stop everything this platform started."""
        self.supervisor.stop()
        if self._ops is not None:
            self._ops.close()

    def _open_ops(self) -> None:
        health = Health()
        health.probe("children", self._refuse_dead_children)
        self._ops = serve_ops(self.settings.port + SUPERVISOR_OFFSET, health, self.registry)

    def _refuse_dead_children(self) -> None:
        dead = [child.name for child in self.supervisor.children if not child.is_running]
        if dead:
            raise Unavailable(f"not running: {', '.join(dead)}")

    def watch(self, until: threading.Event) -> None:
        """Keep everything running until told to stop."""
        self.supervisor.watch(until)

    @property
    def _placed(self) -> Place:
        if self.place is None:
            raise RuntimeError("start_servers comes first")
        return self.place

    def _refuse_taken_ports(self) -> None:
        for name, port in all_ports(self.settings.port):
            if _accepts(port):
                raise PortTaken(
                    f"Port {port}, which {name} needs, is taken by another program. Stop it, or set"
                    f" ROSTRUM_PORT to the first of 32 free ports (it is {self.settings.port} now)."
                )

    def _embedded_mongod(self, secrets: dict[str, str]) -> str:
        port = self.settings.port + MONGOD_OFFSET
        folder = self.home / "mongod"
        (folder / "db").mkdir(parents=True, exist_ok=True)
        key_file = secrets_folder(self.home) / "mongod_key_file"
        self._serve("mongod", lambda: mongod_argv(home=folder, port=port, key_file=key_file))
        self._until("mongod", lambda: _accepts(port), SERVER_WITHIN)
        prepare_mongod(port, ADMIN, secrets["mongo_admin"])
        return embedded_uri(self.settings, secrets)

    def _embedded_broker(self) -> str:
        port = self.settings.port + BROKER_OFFSET
        self._serve("broker", lambda: broker_argv(port=port, cluster_id=new_cluster_id()))
        self._until("broker", lambda: _accepts(port), SERVER_WITHIN)
        return embedded_bootstrap(self.settings.port)

    def _demo_platform(self) -> None:
        port = self.settings.port + DEMO_PLATFORM_OFFSET
        folder = self.home / "demo-platform"
        self._serve("demo-platform", lambda: demo_platform_argv(folder, port))

    def _serve(self, name: str, argv: Callable[[], list[str]]) -> None:
        log = self.home / "logs" / f"{name}.log"
        grace = 1.0 if name == "broker" else 30.0
        child = Child(
            name=name,
            argv=argv,
            environment=inherited(),
            log=log,
            grace_seconds=grace,
            is_server=True,
        )
        self.supervisor.start(child)

    def _child(self, process: Process) -> Child:
        return Child(
            name=process.name,
            argv=lambda: process.argv(self.settings.port),
            environment=environment_of(process, self._placed),
            log=self.home / "logs" / f"{process.name}.log",
        )

    def _wait_ready(self) -> None:
        for process in self._processes:
            port = process.port(self.settings.port)
            self._until(process.name, partial(is_ready, port), READY_WITHIN)
        if self.settings.mode is not Mode.PRODUCTION:
            port = self.settings.port + DEMO_PLATFORM_OFFSET
            self._until("demo-platform", lambda: _accepts(port), SERVER_WITHIN)

    def _until(self, name: str, is_up: Callable[[], bool], seconds: float) -> None:
        deadline = monotonic() + seconds
        pause = threading.Event()
        while not is_up():
            self.supervisor.watch_once()
            if monotonic() > deadline:
                log = self.home / "logs" / f"{name}.log"
                raise NotReady(f"{name} was not ready after {seconds:.0f} s; see {log}.")
            pause.wait(0.1)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_ready(port: int) -> bool:
    """Whether the process on this port says that it is ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
