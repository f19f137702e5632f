"""Reporting's database, new for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.reporting_store import Reporting


@pytest.fixture
def reporting(mongo_uri: str, namespace: str) -> Iterator[Reporting]:
    found = Reporting(mongo_uri, namespace)
    yield found
    found.close()
