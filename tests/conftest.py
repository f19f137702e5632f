"""Servers and names for every test: one database and one broker per run, one namespace per test.

With xdist the controller starts the servers and tells the workers where they are; without it they
start when the first test asks. ROSTRUM_TEST_MONGO_URI and ROSTRUM_TEST_KAFKA_BOOTSTRAP name others.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from stack.embedded.binaries import BinaryMissingError
from tests.support.namespaces import Namespaces
from tests.support.platform import KAFKA_SETTING, MONGO_SETTING, SharedServers
from tests.support.running import first_port, lossy, platform, program, web

__all__ = ["first_port", "lossy", "platform", "program", "web"]

_SERVERS = pytest.StashKey[SharedServers]()
_MISSING = "rostrum_servers_missing"

# A test's folder says what it needs; `make test` leaves some of these to targets of their own.
_MARKS = {
    "integration": "integration",
    "journeys": "journey",
    "faults": "fault",
    "bench": "bench",
    "judges": "judge",
}


def pytest_configure(config: pytest.Config) -> None:
    """Servers start late: a run of unit tests alone starts none."""
    told: dict[str, str] = getattr(config, "workerinput", {})
    config.stash[_SERVERS] = SharedServers({**os.environ, **told})


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """On the xdist controller, before each worker starts."""
    servers = node.config.stash[_SERVERS]
    try:
        addresses = servers.addresses()
    except BinaryMissingError as error:
        node.workerinput[_MISSING] = str(error)
    else:
        node.workerinput |= {
            MONGO_SETTING: addresses.mongo_uri,
            KAFKA_SETTING: addresses.kafka_bootstrap,
        }


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started; a worker has started nothing."""
    config.stash[_SERVERS].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by the first folder under tests/."""
    for item in items:
        folder = item.nodeid.split("/")[1]
        if mark := _MARKS.get(folder):
            item.add_marker(mark)


@pytest.fixture(scope="session")
def shared_servers(pytestconfig: pytest.Config) -> SharedServers:
    """The servers of this run, started or not."""
    missing: str | None = getattr(pytestconfig, "workerinput", {}).get(_MISSING)
    if missing:
        pytest.fail(f"{missing} For tests the names are {MONGO_SETTING} and {KAFKA_SETTING}.")
    return pytestconfig.stash[_SERVERS]


@pytest.fixture(scope="session")
def mongo_uri(shared_servers: SharedServers) -> str:
    """The run's database, as its administrator."""
    return shared_servers.mongo_uri()


@pytest.fixture(scope="session")
def kafka_bootstrap(shared_servers: SharedServers) -> str:
    """The run's broker."""
    return shared_servers.kafka_bootstrap()


@pytest.fixture(scope="session")
def _namespaces(shared_servers: SharedServers) -> Iterator[Namespaces]:
    namespaces = Namespaces(shared_servers)
    yield namespaces
    namespaces.close()


@pytest.fixture(scope="session")
def worker_namespace(_namespaces: Namespaces, worker_id: str) -> Iterator[str]:
    """A namespace for everything this worker shares between tests."""
    name = _namespaces.make(worker_id)
    yield name
    _namespaces.drop(name)


@pytest.fixture
def namespace(_namespaces: Namespaces) -> Iterator[str]:
    """A namespace no other test has, here or on another worker."""
    name = _namespaces.make()
    yield name
    _namespaces.drop(name)
