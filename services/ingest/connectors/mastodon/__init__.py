"""Mastodon and the servers that speak its API."""

from __future__ import annotations

from typing import Final

from services.ingest.connectors.mastodon.connector import MastodonConnector

CONNECTOR: Final = MastodonConnector()
