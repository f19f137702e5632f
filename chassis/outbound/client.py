"""The real way out."""

from __future__ import annotations

import socket
import ssl

from chassis.clock import SystemClock
from chassis.metrics import Metrics
from chassis.outbound.guard import GuardedClient
from chassis.outbound.targets import Resolve
from chassis.outbound.wire import WireExchange
from chassis.ports import Clock


def system_resolve(host: str, port: int) -> list[str]:
    """Every address the system's resolver knows, each once, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class OutboundClient(GuardedClient):
    """HTTP over sockets. ``allow_loopback`` lists the (host, port) pairs of this machine that may
    be visited all the same: demonstration platforms and tests, never production.
    """

    def __init__(
        self,
        allow_loopback: frozenset[tuple[str, int]] = frozenset(),
        clock: Clock | None = None,
        *,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        now = (clock or SystemClock()).monotonic
        super().__init__(
            WireExchange(tls, now),
            resolve=resolve,
            allow_loopback=allow_loopback,
            now=now,
            metrics=metrics,
        )
