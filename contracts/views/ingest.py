"""Read contracts on ingest's collections. Credentials are not among them."""

from __future__ import annotations

from datetime import datetime

from contracts.views import View, view


@view("ingest", "import_runs")
class ImportRunView(View, frozen=True, kw_only=True):
    """Index: (org_id, started_at, _id)."""

    id: str
    org_id: str
    channel_id: str
    format: str
    file_name: str
    state: str
    rows_read: int
    rows_stored: int
    rows_unreadable: int
    started_at: datetime
    ended_at: datetime | None


@view("ingest", "unreadable")
class UnreadableView(View, frozen=True, kw_only=True):
    """Rows and payloads that could not be read. Index: (org_id, set_aside_at, _id).

    ``excerpt`` is the first 500 bytes, decoded with replacement; the bytes themselves stay stored.
    """

    id: str
    org_id: str
    channel_id: str
    source: str
    position: str
    reason: str
    excerpt: str
    set_aside_at: datetime
