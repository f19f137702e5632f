"""Read contracts on what workflow keeps about publishing, beside deliveries."""

from __future__ import annotations

from datetime import datetime

from contracts.views import View, view


@view("workflow", "publishing_stops")
class PublishingStopView(View, frozen=True, kw_only=True):
    """Indexes: (org_id, is_active, _id), (org_id, stopped_at, _id)."""

    id: str
    org_id: str
    reason: str
    stopped_by: str
    stopped_at: datetime
    ends_at: datetime | None
    exempt_content_ids: list[str]
    exempt_channel_ids: list[str]
    exempt_unit_ids: list[str]
    is_active: bool
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str


@view("workflow", "channel_paces")
class ChannelPaceView(View, frozen=True, kw_only=True):
    """Index: (org_id, _id)."""

    id: str
    org_id: str
    per_minute: int
    next_free_at: datetime | None
