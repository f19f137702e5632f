"""Unit tests open no connections: what needs a server belongs in tests/integration."""

import socket
from typing import Any

import pytest


class ConnectionRefusedHereError(AssertionError):
    """An AssertionError, so that no retry for network errors swallows it."""


def _refuse(_socket: socket.socket, address: Any) -> None:
    raise ConnectionRefusedHereError(
        f"A unit test connects to {address!r}. Hand the code a fake through its port, "
        "or move the test to tests/integration."
    )


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", _refuse)
