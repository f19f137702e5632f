"""Errors of the client, translated once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from kafka.errors import KafkaError

from chassis.errors import Unavailable

CONNECT_SECONDS: Final = 1.0


def require_listener(bootstrap: str) -> None:
    """Unavailable if nobody listens at any of ``host:port[,host:port]``.

    Asked before a client is made: one that cannot bootstrap waits long and leaves its thread behind.
    """
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        with suppress(OSError), socket.create_connection((host, int(port)), CONNECT_SECONDS):
            return
    raise Unavailable(f"Nobody listens at {bootstrap}.")


@contextmanager
def as_unavailable(doing: str) -> Iterator[None]:
    """Everything the client raises means the same to us: the broker is out of reach, wait."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable(f"The broker cannot {doing}: {type(error).__name__}: {error}") from error
