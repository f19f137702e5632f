"""Stored state of attached files."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Entity
from contracts.workflow.media import QUOTA_BYTES


class MediaFile(Entity, frozen=True, kw_only=True):
    """One file of an organization; the same bytes are the same file. See ``MediaAdded``."""

    hash: str
    content_type: str
    size: int
    added_by: str
    added_at: datetime
    width: int | None = None
    height: int | None = None


class MediaUsage(Entity, frozen=True, kw_only=True):
    """What an organization keeps; its id is the organization's."""

    files: int = 0
    kept_bytes: int = 0
    quota_bytes: int = QUOTA_BYTES
