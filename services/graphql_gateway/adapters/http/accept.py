"""GET /auth/accept: the page behind an invitation's link; it sends what POST /auth/accept takes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound

FOLDER: Final = Path(__file__).parents[2] / "accept"
PUBLIC_ROUTES: Final = ("/auth/accept", "/auth/accept/<name>")
FILES: Final = ("page.js", "page.css")
"""Everything that is served; nothing is looked up by a path a client names."""
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""The address holds a secret: it is neither kept nor told to anybody."""


def accept_blueprint() -> Blueprint:
    """The page and its files; the page is the same for every token, and nothing of it is reflected."""
    blueprint = Blueprint("accept", __name__, url_prefix="/auth/accept")

    @blueprint.get("")
    def show() -> Response:
        return _given("index.html")

    @blueprint.get("/<name>")
    def give(name: str) -> Response:
        if name not in FILES:
            raise NotFound
        return _given(name)

    return blueprint


def _given(name: str) -> Response:
    response = send_file(FOLDER / name)
    response.headers.update(HEADERS)
    return response
