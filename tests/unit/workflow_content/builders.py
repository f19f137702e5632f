"""Builders of items, rounds and deliveries with defaults that make sense together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.workflow.content import (
    ContentKind,
    ContentState,
    StageMode,
    StagePlan,
    TopicRisk,
    Variant,
)
from contracts.workflow.deliveries import DeliveryState
from services.workflow.domain.content.item import ContentItem, hash_of
from services.workflow.domain.content.rounds import ReviewRound, opened
from services.workflow.domain.deliveries.delivery import Delivery

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORDS = (Variant(channel_id="channel-1", text="The bridge opens on Monday."),)


def later(seconds: float) -> datetime:
    """NOW plus seconds."""
    return NOW + timedelta(seconds=seconds)


def an_item(**changes: Any) -> ContentItem:
    """A draft post by ann on one channel."""
    fields: dict[str, Any] = {
        "id": "item-1",
        "org_id": "org-1",
        "kind": ContentKind.POST,
        "state": ContentState.DRAFT,
        "author_id": "ann",
        "unit_id": "unit-1",
        "channel_ids": ("channel-1",),
        "topic_risk": TopicRisk.R2,
        "variants": WORDS,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ContentItem(**{**fields, **changes})


def a_stage(*reviewers: str, mode: StageMode = StageMode.ANY, quorum: int = 1) -> StagePlan:
    """One stage with these seats."""
    return StagePlan(order=1, mode=mode, quorum=quorum, reviewer_ids=reviewers)


def a_round(*stages: StagePlan, **changes: Any) -> ReviewRound:
    """An open round over WORDS."""
    fields: dict[str, Any] = {
        "id": "round-1",
        "org_id": "org-1",
        "content_id": "item-1",
        "version_hash": hash_of(WORDS),
        "explanation": "",
        "stages": opened(stages or (a_stage("bob", "cid"),), NOW),
        "opened_at": NOW,
    }
    return ReviewRound(**{**fields, **changes})


def a_delivery(**changes: Any) -> Delivery:
    """A pending delivery that is due."""
    fields: dict[str, Any] = {
        "id": "delivery-1",
        "org_id": "org-1",
        "content_id": "item-1",
        "channel_id": "channel-1",
        "unit_id": "unit-1",
        "key": "key-1",
        "variant_hash": "v",
        "version_hash": "h",
        "text": "The bridge opens on Monday.",
        "state": DeliveryState.PENDING,
        "due_at": NOW,
        "frozen_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Delivery(**{**fields, **changes})
