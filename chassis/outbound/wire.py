"""One exchange on the wire: to a checked address, under a deadline, within a number of bytes.

The connection goes to the address that was checked, while Host header, TLS server name and the
certificate's name stay the URL's: a name that resolves differently a moment later changes nothing.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Final

from chassis.outbound.answers import MaybeSent, NotSent, OutboundResponse, TooMuch
from chassis.outbound.guard import Request
from chassis.outbound.targets import Target

AGENT: Final = "Rostrum/0.1"
_PIECE: Final = 65_536
_OVERHEAD: Final = 262_144
"""Bytes of status line, headers and chunk marks that are read besides the body."""
_ADDRESSES: Final = 4
"""How many addresses of a name are tried."""


class Wire:
    """A socket as http.client wants it; every wait ends at the deadline, what is read is counted."""

    def __init__(self, sock: socket.socket, asked: Request, now: Callable[[], float]) -> None:
        self._sock = sock
        self._now = now
        self._deadline = asked.deadline
        self._left = 2 * asked.max_bytes + _OVERHEAD
        self.has_begun = False

    def makefile(self, mode: str) -> BinaryIO:  # noqa: ARG002 - http.client asks for "rb"
        """What http.client reads the answer from."""
        return io.BufferedReader(_Reader(self), _PIECE)

    def sendall(self, piece: bytes) -> None:
        """Send all of it; from the first call on, the request may have left."""
        self.has_begun = True
        self._wait_until_deadline()
        self._sock.sendall(piece)

    def read_into(self, buffer: Any) -> int:
        """Some bytes, 0 at the end."""
        self._wait_until_deadline()
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise TooMuch("The answer never ends.")
        return count

    def close(self) -> None:
        """http.client is done with the sending side; the answer is still being read."""

    def shut(self) -> None:
        """Let go of the connection."""
        self._sock.close()

    def _wait_until_deadline(self) -> None:
        left = self._deadline - self._now()
        if left <= 0:
            raise TimeoutError("out of time")
        self._sock.settimeout(left)


class _Reader(io.RawIOBase):
    """The reading side of a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some bytes, 0 at the end."""
        return self._wire.read_into(buffer)


class WireExchange:
    """Opens one connection per request; ``tls`` says whose certificates are trusted."""

    def __init__(
        self, tls: ssl.SSLContext | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._tls = tls or ssl.create_default_context()
        self._now = now

    def __call__(self, target: Target, addresses: list[str], asked: Request) -> OutboundResponse:
        """Ask the first address that takes the connection."""
        wire = self._connected(target, addresses, asked)
        try:
            return _exchanged(wire, target, asked)
        except (OSError, http.client.HTTPException) as wrong:
            sentence = f"{target.host} gave no whole answer: {type(wrong).__name__} {wrong}"
            raise (MaybeSent if wire.has_begun else NotSent)(sentence[:500]) from wrong
        finally:
            wire.shut()

    def _connected(self, target: Target, addresses: list[str], asked: Request) -> Wire:
        last: OSError = OSError("no address")
        tried = addresses[:_ADDRESSES]
        for number, address in enumerate(tried, 1):
            # A dead address must not eat the time of the ones behind it.
            left = (asked.deadline - self._now()) / (1 if number == len(tried) else 2)
            try:
                return Wire(self._secured(target, address, left), asked, self._now)
            except OSError as wrong:
                last = wrong
        raise NotSent(f"{target.host} cannot be reached: {last}") from last

    def _secured(self, target: Target, address: str, left: float) -> socket.socket:
        if left <= 0:
            raise TimeoutError("out of time")
        sock = socket.create_connection((address, target.port), timeout=left)
        if target.scheme == "http":
            return sock
        try:
            return self._tls.wrap_socket(sock, server_hostname=target.host)
        except BaseException:
            sock.close()
            raise


def _exchanged(wire: Wire, target: Target, asked: Request) -> OutboundResponse:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = 443 if target.scheme == "https" else 80
    connection.sock = wire
    headers = {"user-agent": AGENT, "accept-encoding": "gzip", "connection": "close"}
    connection.request(asked.method, target.path, asked.body, {**headers, **asked.headers})
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    body = _body(response, found, asked.max_bytes)
    return OutboundResponse(response.status, found, body)


def _body(response: http.client.HTTPResponse, headers: dict[str, str], limit: int) -> bytes:
    if response.length is not None and response.length > limit:
        raise TooMuch(f"The answer has {response.length} bytes, more than {limit}.")
    inflation = _inflation(headers.get("content-encoding", "").strip().lower())
    body = bytearray()
    while piece := response.read1(_PIECE):
        body += inflation.inflate(piece, limit + 1 - len(body))
        if len(body) > limit:
            raise TooMuch(f"The answer has more than {limit} bytes.")
    if response.length or (body and not inflation.is_whole):
        raise MaybeSent("The answer ended early.")
    return bytes(body)


class _Plain:
    """Nothing to inflate."""

    is_whole = True

    def inflate(self, piece: bytes, _: int) -> bytes:
        """The piece."""
        return piece


class _Gzip:
    """Inflates up to a limit at a time (RFC 1952)."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(wbits=31)

    @property
    def is_whole(self) -> bool:
        """The end of the stream was seen, with its checksum."""
        return self._inflater.eof

    def inflate(self, piece: bytes, limit: int) -> bytes:
        """At most ``limit`` bytes."""
        try:
            return self._inflater.decompress(piece, limit)
        except zlib.error as wrong:
            raise MaybeSent(f"The answer cannot be inflated: {wrong}") from wrong


def _inflation(encoding: str) -> _Plain | _Gzip:
    """Only what was asked for, and only once: gzip or nothing."""
    if encoding in {"", "identity"}:
        return _Plain()
    if encoding in {"gzip", "x-gzip"}:
        return _Gzip()
    raise MaybeSent(f"The answer is encoded as {encoding[:40]!r}, which nobody asked for.")
