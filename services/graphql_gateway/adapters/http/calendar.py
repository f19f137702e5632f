"""GET /calendar/<token>.ics: the calendar behind a secret link."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from services.graphql_gateway.adapters.calendar_feed import FRESH, written
from services.graphql_gateway.application.feeds.read_feed import FeedDesk

PUBLIC_ROUTES: Final = ("/calendar/<token>.ics",)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Content-Disposition": 'attachment; filename="calendar.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": f"private, max-age={int(FRESH.total_seconds())}",
    "X-Robots-Tag": "noindex",
}
"""The address holds a secret: it is not told to anybody, and no shared cache keeps its answer."""


def calendar_blueprint(desk: FeedDesk) -> Blueprint:
    """404 alike for a token that was never made, was ended, or whose person left."""
    blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")

    @blueprint.get("/<token>.ics")
    def give(token: str) -> Response:
        response = Response(written(desk.page(token)), content_type="text/calendar; charset=utf-8")
        response.headers.update(HEADERS)
        return response

    return blueprint
