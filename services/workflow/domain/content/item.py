"""The content item and its frozen versions."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Entity
from contracts.canonical import content_hash
from contracts.workflow.content import (
    AfterReview,
    ApprovalKind,
    ContentKind,
    ContentState,
    DebtState,
    Finding,
    Schedule,
    TopicRisk,
    Variant,
)
from contracts.workflow.content_parts import VariantChange


class Emergency(msgspec.Struct, frozen=True, kw_only=True):
    """Break-glass over one wording: who of the crisis cell stands for it, and why."""

    version_hash: str
    person_ids: tuple[str, ...]
    reason: str
    at: datetime


class ContentItem(Entity, frozen=True, kw_only=True):
    """Something the organization wants to say.

    ``version`` and ``version_hash`` name the last frozen version; ``variants`` are the words being
    written now. ``slot`` counts schedules, so that every planned delivery has a key of its own.
    ``in_reply_to`` is the platform's id of the message that a reply answers. ``approval`` says by
    what right the version of ``version_hash`` may go out; ``debt`` is the review it still owes.
    ``after`` is what the route said about review after publishing, ``is_sampled`` what the draw said.
    ``planned_at`` is the instant of ``proposed`` while the item has no time of its own, for calendars.
    ``held_from`` is where an item on hold goes back to. ``emergency`` is a break-glass that waits
    for its second person. ``language`` is a BCP 47 tag, empty if nobody said.
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
    planned_at: datetime | None = None
    due_at: datetime | None = None
    wall_time: str | None = None
    time_zone: str | None = None
    slot: int = 0
    max_lateness_seconds: int = 3600
    machine_written: bool = False
    topic: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    language: str = ""
    approval: ApprovalKind | None = None
    after: AfterReview = AfterReview.NONE
    is_sampled: bool | None = None
    debt: DebtState = DebtState.NONE
    debt_due_at: datetime | None = None
    valid_until: datetime | None = None
    held_from: ContentState | None = None
    emergency: Emergency | None = None
    corrects_id: str = ""
    """The correction that a new post carries out."""
    series_id: str | None = None
    """The series that it is an occurrence of."""
    ends: Schedule | None = None
    ends_at: datetime | None = None
    """When a change of a profile takes itself back; None for everything else."""

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
    changes: tuple[VariantChange, ...] = ()
    """Against the version before; empty for the first."""
    machine_written: bool = False


def hash_of(variants: tuple[Variant, ...]) -> str:
    """What an approval is bound to: the words, the media and the channels, in any order."""
    return content_hash(sorted((_part(v) for v in variants), key=_channel))


def _part(variant: Variant) -> dict[str, object]:
    part: dict[str, object] = {"c": variant.channel_id, "t": variant.text, "m": variant.media}
    return {**part, "p": variant.profile} if variant.profile else part


def variant_hash(variant: Variant) -> str:
    """The part of a version that goes to one channel."""
    return hash_of((variant,))


def _channel(part: dict[str, object]) -> str:
    return str(part["c"])
