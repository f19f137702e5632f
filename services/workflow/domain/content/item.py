"""The content item and its frozen versions."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Entity
from contracts.canonical import content_hash
from contracts.workflow.content import (
    ContentKind,
    ContentState,
    Finding,
    Schedule,
    TopicRisk,
    Variant,
)


class ContentItem(Entity, frozen=True, kw_only=True):
    """Something the organization wants to say.

    ``version`` and ``version_hash`` name the last frozen version; ``variants`` are the words being
    written now. ``slot`` counts schedules, so that every planned delivery has a key of its own.
    ``in_reply_to`` is the platform's id of the message that a reply answers.
    """

    kind: ContentKind
    state: ContentState
    author_id: str
    unit_id: str
    channel_ids: tuple[str, ...]
    topic_risk: TopicRisk
    variants: tuple[Variant, ...]
    created_at: datetime
    updated_at: datetime
    co_author_ids: tuple[str, ...] = ()
    conversation_id: str | None = None
    in_reply_to: str | None = None
    version: int = 0
    version_hash: str | None = None
    round_id: str | None = None
    findings: tuple[Finding, ...] = ()
    explanation: str = ""
    proposed: Schedule | None = None
    due_at: datetime | None = None
    wall_time: str | None = None
    time_zone: str | None = None
    slot: int = 0
    max_lateness_seconds: int = 3600
    machine_written: bool = False

    def is_written_by(self, person_id: str) -> bool:
        """Author and co-authors: nobody approves their own words."""
        return person_id == self.author_id or person_id in self.co_author_ids


class ContentVersion(Entity, frozen=True, kw_only=True):
    """One frozen wording. Never changes; outlives the item."""

    content_id: str
    n: int
    hash: str
    variants: tuple[Variant, ...]
    frozen_by: str
    frozen_at: datetime


def hash_of(variants: tuple[Variant, ...]) -> str:
    """What an approval is bound to: the words, the media and the channels, in any order."""
    return content_hash(
        sorted(({"c": v.channel_id, "t": v.text, "m": v.media} for v in variants), key=_channel)
    )


def variant_hash(variant: Variant) -> str:
    """The part of a version that goes to one channel."""
    return hash_of((variant,))


def _channel(part: dict[str, object]) -> str:
    return str(part["c"])
