"""One platform for all measurements of a run, on servers of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from time import monotonic
from typing import Any, Final

import pytest
from pymongo import MongoClient

from chassis.settings import load
from stack.platform import Platform
from stack.settings import StackSettings
from tests.bench.figures import Figures
from tests.bench.shape import Archive, write_large_archive
from tests.support.api import Api
from tests.support.board import Board
from tests.support.ports import free_block
from tests.support.programs import Program, Tenant

ROWS: Final = int(os.environ.get("BENCH_ROWS", "100000"))
READY_WITHIN: Final = 20.0


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Where measurements are written."""
    return Figures()


@pytest.fixture(scope="session")
def board() -> Iterator[Board]:
    """An address that takes posts; the platform may visit it."""
    with Board() as running:
        yield running


@pytest.fixture(scope="session")
def platform(
    figures: Figures, board: Board, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """The platform with its own database and broker; says how long it took to be ready."""
    told = {
        "ROSTRUM_MODE": "test",
        "ROSTRUM_HOME": str(tmp_path_factory.mktemp("platform")),
        "ROSTRUM_PORT": str(free_block()),
        "ROSTRUM_NAMESPACE": "bench",
        "ROSTRUM_OUTBOUND_ALLOW": f"127.0.0.1:{board.port}",
    }
    running = Platform(load(StackSettings, told))
    until = threading.Event()
    watch = threading.Thread(target=running.watch, args=(until,), daemon=True)
    began = monotonic()
    try:
        running.start()
        figures.at_most("ready_seconds", monotonic() - began, "s", ceiling=READY_WITHIN)
        watch.start()
        yield running
    finally:
        until.set()
        running.stop()


@pytest.fixture(scope="session")
def program(platform: Platform) -> Program:
    """What operators and the public do from outside."""
    return Program(platform)


@pytest.fixture(scope="session")
def agency(program: Program) -> Tenant:
    """The organization that everything is measured in; its admin uses a key, which lasts."""
    tenant = program.tenant("agency")
    key = tenant.admin.api.done("apiKeyCreate", {"name": "bench"}, "secret")["secret"]
    tenant.admin.api = Api(program.platform.graphql_url, key)
    return tenant


@pytest.fixture(scope="session")
def handle(agency: Tenant) -> str:
    """The account of a connected channel that is polled every second."""
    name = agency.slug.replace("-", "_")
    agency.mastodon(agency.unit("Newsroom"), name)
    return name


@pytest.fixture(scope="session")
def citizen(program: Program) -> str:
    """The token of somebody who asks questions on the demonstration platform."""
    return program.public.account("curious_citizen")


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The file to import; BENCH_ROWS messages."""
    return write_large_archive(tmp_path_factory.mktemp("archive") / "archive.csv", ROWS)


@pytest.fixture(scope="session")
def database(platform: Platform) -> Iterator[MongoClient[dict[str, Any]]]:
    """The platform's database as its administrator, to look how far the work is."""
    assert platform.place is not None
    client: MongoClient[dict[str, Any]] = MongoClient(platform.place.admin_uri, tz_aware=True)
    yield client
    client.close()
