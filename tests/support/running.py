"""Fixtures: one running platform per worker, for all stories and judges."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stack.platform import Platform
    from tests.support.lossy_proxy import LossyProxy
    from tests.support.programs import Program
    from tests.support.web import Web


@pytest.fixture(scope="session")
def web() -> Iterator[Web]:
    """Pages that anybody on the web may serve; the platform may visit them."""
    from tests.support.web import Web

    with Web() as pages:
        yield pages


@pytest.fixture(scope="session")
def first_port() -> int:
    """Where the block of ports of the platform begins."""
    from tests.support.ports import free_block

    return free_block()


@pytest.fixture(scope="session")
def lossy(first_port: int) -> Iterator[LossyProxy]:
    """Another way to the demonstration platform, on which answers get lost when a story wants it."""
    from stack.layout import DEMO_PLATFORM_OFFSET
    from tests.support.lossy_proxy import LossyProxy

    with LossyProxy(first_port + DEMO_PLATFORM_OFFSET) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def platform(
    web: Web,
    lossy: LossyProxy,
    first_port: int,
    mongo_uri: str,
    kafka_bootstrap: str,
    worker_namespace: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Platform]:
    """The whole platform on this run's database and broker; its home is a folder of the run."""
    told = {
        "ROSTRUM_MODE": "test",
        "ROSTRUM_HOME": str(tmp_path_factory.mktemp("platform")),
        "ROSTRUM_PORT": str(first_port),
        "ROSTRUM_NAMESPACE": worker_namespace,
        "ROSTRUM_MONGO_URI": mongo_uri,
        "ROSTRUM_KAFKA_BOOTSTRAP": kafka_bootstrap,
        "ROSTRUM_KAFKA_SESSION_MS": "3000",
        "ROSTRUM_OUTBOUND_ALLOW": f"127.0.0.1:{web.port},127.0.0.1:{lossy.port}",
    }
    with started(told) as running:
        yield running


@contextmanager
def started(told: dict[str, str]) -> Iterator[Platform]:
    """A platform with these settings that is watched, and drains and stops at the end."""
    from chassis.settings import load
    from stack.platform import Platform
    from stack.settings import StackSettings

    running = Platform(load(StackSettings, told))
    until = threading.Event()
    watch = threading.Thread(target=running.watch, args=(until,), daemon=True)
    try:
        running.start()
        watch.start()
        yield running
    finally:
        until.set()
        if watch.is_alive():
            watch.join()
        running.stop()


@pytest.fixture(scope="session")
def program(platform: Platform) -> Program:
    """What operators do, and the public, from outside."""
    from tests.support.programs import Program

    return Program(platform)
