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


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
