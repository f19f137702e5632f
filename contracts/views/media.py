"""Read contracts on attached files."""

from __future__ import annotations

from datetime import datetime

from contracts.views import View, view


@view("workflow", "media")
class MediaView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, hash, _id), (org_id, added_at, _id)."""

    id: str
    org_id: str
    hash: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    added_by: str
    added_at: datetime


@view("workflow", "media_usage")
class MediaUsageView(View, frozen=True, kw_only=True):
    """Index: (org_id, _id). One per organization; ``kept_bytes`` and ``quota_bytes`` in bytes."""

    id: str
    org_id: str
    files: int
    kept_bytes: int
    quota_bytes: int
