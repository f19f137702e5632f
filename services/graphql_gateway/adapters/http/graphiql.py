"""GraphiQL at /graphql in a browser, in demo mode only, from files of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import NotFound

FOLDER: Final = Path(__file__).parents[2] / "graphiql"
PACKAGES: Final = FOLDER / "node_modules"
PUBLIC_ROUTES: Final = ("/graphiql/<name>",)
FILES: Final[dict[str, Path]] = {
    "page.js": FOLDER / "page.js",
    "page.css": FOLDER / "page.css",
    "graphiql.min.js": PACKAGES / "graphiql" / "graphiql.min.js",
    "graphiql.min.css": PACKAGES / "graphiql" / "graphiql.min.css",
    "react.production.min.js": PACKAGES / "react" / "umd" / "react.production.min.js",
    "react-dom.production.min.js": PACKAGES / "react-dom" / "umd" / "react-dom.production.min.js",
}
"""Everything that is served; nothing is looked up by a path a client names."""
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; frame-ancestors 'none'"
)


def graphiql_blueprint() -> Blueprint:
    """The page and its files."""
    blueprint = Blueprint("graphiql", __name__)

    @blueprint.before_app_request
    def show() -> Response | None:
        if request.path != "/graphql" or not wants_page():
            return None
        response = send_file(FOLDER / "index.html")
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @blueprint.get("/graphiql/<name>")
    def give(name: str) -> Response:
        path = FILES.get(name)
        if path is None or not path.exists():
            raise NotFound
        return send_file(path, max_age=3600)

    return blueprint


def wants_page() -> bool:
    """A browser asks for HTML first and sends no query."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return request.method == "GET" and best == "text/html" and "query" not in request.args
