"""Bluesky and every other personal data server of the AT Protocol."""

from __future__ import annotations

from typing import Final

from services.ingest.connectors.atproto.connector import AtprotoConnector

CONNECTOR: Final = AtprotoConnector()
