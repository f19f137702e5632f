"""Ingest over a real database, beside a real server of the Mastodon API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chassis.clock import SystemClock
from chassis.mongo.factory import WorkFactory
from tests.support.ingest import mongo_units
from tests.support.mastodon_server import MastodonServer


@pytest.fixture
def units(mongo_uri: str, namespace: str) -> Iterator[WorkFactory]:
    """Units of work over an empty database."""
    factory = mongo_units(mongo_uri, namespace, SystemClock())
    yield factory
    factory.client.close()


@pytest.fixture(scope="module")
def mastodon() -> Iterator[MastodonServer]:
    """A server of the Mastodon API for the tests of a module."""
    with MastodonServer() as server:
        yield server
