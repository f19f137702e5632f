"""Ports for servers that a test starts."""

import secrets
import socket


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on now.

    Below the range the kernel hands to outgoing connections, so none of those takes it meanwhile.
    """
    for _ in range(200):
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if _binds(probe, port):
                return port
    raise RuntimeError("No free port was found between 20000 and 32000.")


def free_block(size: int = 32) -> int:
    """The first of ``size`` neighbouring ports of 127.0.0.1 that nobody listens on now."""
    for _ in range(200):
        first = 20_000 + 32 * secrets.randbelow(12_000 // 32)
        if all(_is_free(port) for port in range(first, first + size)):
            return first
    raise RuntimeError(f"No {size} free ports in a row were found between 20000 and 32000.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _binds(probe, port)


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
