"""RSS and Atom feeds: listening only."""

from __future__ import annotations

from typing import Final

from services.ingest.connectors.feed.connector import FeedConnector

CONNECTOR: Final = FeedConnector()
