"""Errors of the client, translated once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kafka.errors import KafkaError

from chassis.errors import Unavailable


@contextmanager
def as_unavailable(doing: str) -> Iterator[None]:
    """Everything the client raises means the same to us: the broker is out of reach, wait."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable(f"The broker cannot {doing}: {type(error).__name__}: {error}") from error
