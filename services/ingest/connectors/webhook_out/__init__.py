"""Any address that takes a POST: gateways, bots, internal boards."""

from __future__ import annotations

from typing import Final

from services.ingest.connectors.webhook_out.connector import WebhookConnector

CONNECTOR: Final = WebhookConnector()
