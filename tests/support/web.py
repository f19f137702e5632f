"""A web server whose pages a test changes while others read them."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Page:
    """What a path answers."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


NOWHERE = Page(b"nothing here", 404)


class Web:
    """Serves on a port of 127.0.0.1, a free one unless given; ``with`` stops it."""

    def __init__(self, port: int = 0) -> None:
        self._pages: dict[str, Page] = {}
        self._takers: dict[str, tuple[int, list[Any]]] = {}
        pages, takers = self._pages, self._takers

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = pages.get(self.path, NOWHERE)
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page.body)))
                self.end_headers()
                self.wfile.write(page.body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, taken = takers.get(self.path, (404, []))
                taken.append(json.loads(body))
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> Web:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, path: str, body: str, *, status: int = 200, **headers: str) -> str:
        """From now on the path answers this; returns its address."""
        self._pages[path] = Page(body.encode(), status, headers)
        return f"http://127.0.0.1:{self.port}{path}"

    def take(self, path: str, *, status: int) -> list[Any]:
        """From now on the path takes posts and answers this (0: nothing); gives what it takes."""
        taken: list[Any] = []
        self._takers[path] = (status, taken)
        return taken


def rss(title: str, *entries: str) -> str:
    """A feed whose entries say these words."""
    items = "".join(
        f"<item><guid>{title}-{number}</guid><title>{words}</title></item>"
        for number, words in enumerate(entries)
    )
    head = f"<title>{title}</title><link>https://example.org</link><description/>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
