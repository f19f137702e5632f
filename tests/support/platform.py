"""One database and one broker for a whole test run, whoever starts them."""

import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stack.embedded.broker import EmbeddedBroker
from stack.embedded.mongod import EmbeddedMongod
from tests.support.ports import free_port

MONGO_SETTING = "ROSTRUM_TEST_MONGO_URI"
KAFKA_SETTING = "ROSTRUM_TEST_KAFKA_BOOTSTRAP"


class Server(Protocol):
    """What both embedded servers can do."""

    def start(self) -> None:
        """Return when it is ready."""

    def stop(self) -> None:
        """Return when it is gone."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers of this run are; plain strings, so that they travel to xdist workers."""

    mongo_uri: str
    kafka_bootstrap: str


class SharedServers:
    """Starts each server when it is first asked for, unless the environment names one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._started: list[Server] = []
        self._home: Path | None = None
        self._mongo_uri = environment.get(MONGO_SETTING, "")
        self._kafka_bootstrap = environment.get(KAFKA_SETTING, "")
        self.mongo_used = False
        self.kafka_used = False

    def addresses(self) -> Addresses:
        """Both servers, running."""
        return Addresses(self.mongo_uri(), self.kafka_bootstrap())

    def mongo_uri(self) -> str:
        """A writable replica set, as its administrator."""
        self.mongo_used = True
        if not self._mongo_uri:
            self._mongo_uri = self._start_mongod().uri
        return self._mongo_uri

    def kafka_bootstrap(self) -> str:
        """A broker of the Kafka protocol."""
        self.kafka_used = True
        if not self._kafka_bootstrap:
            self._kafka_bootstrap = self._start_broker().bootstrap
        return self._kafka_bootstrap

    def close(self) -> None:
        """Stop what was started here and remove its data."""
        while self._started:
            self._started.pop().stop()
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)

    def _start_mongod(self) -> EmbeddedMongod:
        home = self._folder()
        mongod = an_embedded_mongod(home / "mongod")
        mongod.start()
        self._started.append(mongod)
        return mongod

    def _start_broker(self) -> EmbeddedBroker:
        broker = EmbeddedBroker(home=self._folder(), port=free_port())
        broker.start()
        self._started.append(broker)
        return broker

    def _folder(self) -> Path:
        if self._home is None:
            self._home = Path(tempfile.mkdtemp(prefix="rostrum-tests-"))
        return self._home


def an_embedded_mongod(home: Path, *, port: int = 0, password: str = "") -> EmbeddedMongod:
    """Not yet started; a free port and a random password unless given."""
    home.mkdir(parents=True, exist_ok=True)
    return EmbeddedMongod(
        home=home,
        port=port or free_port(),
        admin_user="admin",
        admin_password=password or secrets.token_urlsafe(12),
        key_file=_key_file(home),
    )


def _key_file(home: Path) -> Path:
    key_file = home / "keyfile"
    if not key_file.exists():
        key_file.touch(mode=0o600)
        key_file.write_text(secrets.token_hex(64))
    return key_file
