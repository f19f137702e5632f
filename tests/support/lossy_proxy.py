"""A proxy that can lose an answer after the server behind it has done the work.

Platforms inject faults before they act; the dangerous fault is the one after. ``judge`` decides, for
each request that the server has answered, what becomes of the answer.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Fate(Enum):
    """What becomes of an answer."""

    PASS = "pass"
    LOSE = "lose"


@dataclass(frozen=True)
class Exchange:
    """A request that the server behind has answered."""

    method: str
    path: str
    status: int


Judge = Callable[[Exchange], Fate]


def honest(_: Exchange) -> Fate:
    """Every answer arrives."""
    return Fate.PASS


class LossyProxy:
    """Listens on a free port of 127.0.0.1 in front of ``upstream`` (its port)."""

    def __init__(self, upstream: int, judge: Judge = honest) -> None:
        self.upstream = upstream
        self.judge = judge
        self.lost = 0
        self.is_deaf = False
        """While it is, requests are taken, and neither passed on nor answered."""
        self.swallowed: list[str] = []
        self.port = 0
        self._listen()
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def _listen(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> LossyProxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def come_back(self) -> None:
        """Listen again, on the same port."""
        self._listen()
        self._thread.start()

    def swallows(self, method: str, path: str) -> bool:
        """Whether this request ends here."""
        if self.is_deaf:
            self.swallowed.append(f"{method} {path}")
        return self.is_deaf

    def leave(self) -> None:
        """Nobody listens any more: connections are refused."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(proxy: LossyProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            answer = _answer_of(proxy, self)
            if answer is None:
                self.close_connection = True
            else:
                _tell(self, *answer)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _pass_on  # noqa: N815 - the base class's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    return Handler


def _answer_of(
    proxy: LossyProxy, asked: BaseHTTPRequestHandler
) -> tuple[http.client.HTTPResponse, bytes] | None:
    """What the server behind said; None: nobody will hear of it."""
    length = int(asked.headers.get("content-length") or 0)
    body = asked.rfile.read(length) if length else None
    if proxy.swallows(asked.command, asked.path):
        return None
    answer, content = _ask(proxy.upstream, asked, body)
    fate = proxy.judge(Exchange(asked.command, asked.path, answer.status))
    if fate is Fate.LOSE:
        proxy.lost += 1
        return None
    return answer, content


def _tell(asked: BaseHTTPRequestHandler, answer: http.client.HTTPResponse, content: bytes) -> None:
    try:
        asked.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                asked.send_header(name, value)
        asked.send_header("content-length", str(len(content)))
        asked.end_headers()
        asked.wfile.write(content)
    except OSError:
        # Who asked is gone: killed, for example.
        asked.close_connection = True


def _ask(
    port: int, asked: BaseHTTPRequestHandler, body: bytes | None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {name: value for name, value in asked.headers.items() if name.lower() != "connection"}
    connection.request(asked.command, asked.path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content
