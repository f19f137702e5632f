"""Errors of the store, translated once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import ConnectionFailure, ExecutionTimeout, WTimeoutError

from chassis.errors import Unavailable


@contextmanager
def store_reached(doing: str) -> Iterator[None]:
    """A database that is away or too slow means: wait, nothing is lost."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise Unavailable(f"The database cannot {doing}: {type(error).__name__}") from error
