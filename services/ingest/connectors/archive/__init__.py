"""Archives: files of earlier messages. Nothing is polled and nothing is sent."""

from __future__ import annotations

from typing import Final

from services.ingest.connectors.archive.connector import ArchiveConnector
from services.ingest.connectors.archive.outbox import OutboxReader
from services.ingest.connectors.archive.support_csv import SupportCsvReader

CONNECTOR: Final = ArchiveConnector()
READERS: Final = (SupportCsvReader(), OutboxReader())
