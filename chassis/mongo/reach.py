"""Calls outside of a transaction: a database out of reach is Unavailable, and a reason to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import ConnectionFailure

from chassis.errors import Unavailable
from chassis.mongo.concern import in_transaction


@contextmanager
def reached() -> Iterator[None]:
    """Inside a transaction the error passes: its label tells whether to run again."""
    try:
        yield
    except ConnectionFailure as error:
        if in_transaction():
            raise
        raise Unavailable("the database is out of reach", retry_after=1.0) from error
