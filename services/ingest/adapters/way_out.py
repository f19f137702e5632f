"""The publisher's way out: the guarded client, closed when the lease ends, watched at one point."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from chassis.metrics import Metrics
from chassis.outbound import GuardedClient, NotSent, OutboundResponse, Request, Target
from chassis.outbound.client import system_resolve
from chassis.outbound.wire import WireExchange
from services.ingest.application.connector import Outbound
from services.ingest.application.ports import At, Point

LEAST: Final = 0.2
"""Seconds; with less than that nothing is begun."""


class LeasedOutbound:
    """Every request ends before the lease does; without time left, nothing leaves."""

    def __init__(self, inner: Outbound, seconds: float, now: Callable[[], float]) -> None:
        self._inner = inner
        self._ends = now() + seconds
        self._now = now

    def request(  # noqa: PLR0913 - a request is these things
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        max_bytes: int = 5_000_000,
    ) -> Any:
        """Ask, within what is left of the lease."""
        left = self._ends - self._now()
        if left < LEAST:
            raise NotSent("The lease has no time left for a request.")
        return self._inner.request(
            method,
            url,
            headers=headers,
            body=body,
            timeout=min(timeout, left),
            max_bytes=max_bytes,
        )


class WatchedExchange(WireExchange):
    """Says when the bytes of a write have left and nothing of the answer was read yet."""

    def __init__(self, tls: ssl.SSLContext, now: Callable[[], float], at: At) -> None:
        super().__init__(tls, now)
        self._at = at
        self._is_write = False

    def __call__(self, target: Target, addresses: list[str], asked: Request) -> OutboundResponse:
        """Ask; one exchange at a time."""
        self._is_write = asked.method not in {"GET", "HEAD"}
        return super().__call__(target, addresses, asked)

    def _secured(self, target: Target, address: str, deadline: float) -> socket.socket:
        sock = super()._secured(target, address, deadline)
        return cast("socket.socket", _Watched(sock, self._at)) if self._is_write else sock


class _Watched:
    """A socket that tells when its answer is first waited for."""

    def __init__(self, sock: socket.socket, at: At) -> None:
        self._sock = sock
        self._at = at
        self._is_told = False

    def recv_into(self, buffer: Any) -> int:
        if not self._is_told:
            self._is_told = True
            self._at(Point.AFTER_BYTES_LEFT)
        return self._sock.recv_into(buffer)

    def sendall(self, piece: bytes) -> None:
        self._sock.sendall(piece)

    def settimeout(self, seconds: float) -> None:
        self._sock.settimeout(seconds)

    def close(self) -> None:
        self._sock.close()


def leased_outbound(
    allow: frozenset[tuple[str, int]], metrics: Metrics, at: At
) -> Callable[[float], Outbound]:
    """A way out for so many seconds; one for each try."""
    tls = ssl.create_default_context()

    def for_seconds(seconds: float) -> Outbound:
        client = GuardedClient(
            WatchedExchange(tls, time.monotonic, at),
            resolve=system_resolve,
            allow_loopback=allow,
            metrics=metrics,
        )
        return LeasedOutbound(client, seconds, time.monotonic)

    return for_seconds
