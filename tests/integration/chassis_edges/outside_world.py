"""A real outside on loopback: a web server that behaves, and a trap that counts visitors."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.suites.outbound_suite import CutOff, outside

Serve = Callable[[socket.socket], None]


class BehavingServer:
    """Speaks HTTP as ``outside`` says; ``other`` is the origin it sends visitors away to."""

    def __init__(self, other: str = "") -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["content-length"])))

            def _answer(self, body: bytes | None) -> None:
                told = {name.lower(): value for name, value in self.headers.items()}
                try:
                    answer = outside(self.command, self.path, told, body=body, other=other)
                except CutOff:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


class RawServer:
    """Accepts connections on loopback, counts them, and lets ``serve`` do what it wants."""

    def __init__(self, serve: Serve, *, reads_first: bool = True) -> None:
        self.hits = 0
        self._reads_first = reads_first
        self._serve = serve
        self._sockets = [_listening("127.0.0.1", 0)]
        self.port: int = self._sockets[0].getsockname()[1]
        self._sockets += [_listening(host, self.port) for host in ("::1",) if socket.has_ipv6]
        for sock in self._sockets:
            threading.Thread(target=self._accept, args=(sock,), daemon=True).start()

    def close(self) -> None:
        """Stop listening; what is being served ends with its client."""
        for sock in self._sockets:
            sock.close()

    def _accept(self, sock: socket.socket) -> None:
        while True:
            try:
                visitor, _ = sock.accept()
            except OSError:
                return
            self.hits += 1
            threading.Thread(target=self._served, args=(visitor,), daemon=True).start()

    def _served(self, visitor: socket.socket) -> None:
        with visitor:
            try:
                if self._reads_first:
                    visitor.recv(65_536)
                self._serve(visitor)
            except OSError:
                return


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError:  # no IPv6 on this machine
        sock.close()
        return _listening("127.0.0.1", 0)
    sock.listen(64)
    return sock
