"""Stored state of a channel."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Entity
from contracts.ingest import Health, MediaRules
from contracts.workflow.channels import ChannelState, Platform


class ChannelHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How the connection does, as ingest last told; ``detail`` is a sentence for the steward."""

    state: Health
    detail: str
    since: datetime | None = None
    next_try_at: datetime | None = None


class Channel(Entity, frozen=True, kw_only=True):
    """An official account; credentials are ingest's. ``text_limit`` counts characters.

    ``media`` is what one post may carry; None: its connector has not said.
    """

    platform: Platform
    name: str
    handle: str
    base_url: str
    unit_id: str
    steward_id: str
    deputy_ids: tuple[str, ...]
    state: ChannelState
    health: ChannelHealth
    can_publish: bool
    text_limit: int | None
    created_at: datetime
    can_edit: bool = False
    can_delete: bool = False
    media: MediaRules | None = None
