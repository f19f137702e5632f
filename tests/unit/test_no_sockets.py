"""The guard of this folder, on a planted offender."""

import socket

import pytest


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_unit_test_that_connects_is_told_where_it_belongs(method: str) -> None:
    with socket.socket() as offender, pytest.raises(AssertionError, match="tests/integration"):
        getattr(offender, method)(("127.0.0.1", 9))
