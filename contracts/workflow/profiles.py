"""Timed changes of a channel's profile: content that takes itself back."""

from __future__ import annotations

import msgspec

from contracts.commands import Command, command
from contracts.permissions import Permission
from contracts.workflow.content import DraftAnswer, Media, Schedule, TopicRisk
from contracts.workflow.content_parts import ProfileChange


class ProfileVariant(msgspec.Struct, frozen=True, kw_only=True):
    """What one channel's profile shall show; ``media`` are the pictures that ``change`` names."""

    channel_id: str
    change: ProfileChange
    media: tuple[Media, ...] = ()


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class DraftProfileChange(Command, frozen=True, kw_only=True):
    """Draft a change of avatar, banner, name, bio or pinned post that ends at a wall time.

    It is reviewed and scheduled like a post. What stood there is captured before it is covered, and
    comes back at ``ends``.
    """

    unit_id: str
    profiles: tuple[ProfileVariant, ...]
    ends: Schedule
    schedule: Schedule | None = None
    topic_risk: TopicRisk = TopicRisk.R2
    topic: str = ""
    tags: tuple[str, ...] = ()


@command("workflow", Permission.CONTENT_SCHEDULE)
class EndProfileChange(Command, frozen=True, kw_only=True):
    """Take a change of a profile back before its time."""

    content_id: str
    reason: str
