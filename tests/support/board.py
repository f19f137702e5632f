"""An address that takes any post, answers nothing, and shows what it took (class C)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from contracts.workflow.channels import Platform
from tests.support.lossy_proxy import Exchange


class Board:
    """Its own list is in ``entries``; ``now`` is the time it notes. ``with`` starts and stops it."""

    platform = Platform.WEBHOOK
    handle = ""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.entries: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _board_handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Board:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def base_url(self, url: str) -> str:
        return f"{url}/in"

    def credentials(self, url: str) -> dict[str, str]:
        return {"read_back_url": f"{url}/list"}

    def is_post(self, exchange: Exchange) -> bool:
        return exchange.method == "POST"

    def published(self) -> list[str]:
        return [entry["text"] for entry in self.entries]


def _board_handler(board: Board) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            asked = json.loads(self.rfile.read(length))
            board.entries.append({**asked, "created_at": board.now().isoformat()})
            self.send_response(204)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            body = json.dumps(board.entries).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    return Handler
