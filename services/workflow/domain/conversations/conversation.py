"""The stored state of a conversation."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from chassis.ports import Entity
from contracts.workflow.conversations import ClockState, ConversationState
from contracts.workflow.organizations import RoutingAction

OUTSIDE_ROSTRUM = "outside Rostrum"
"""Who gets the credit for an answer that somebody wrote on the platform itself (DOMAIN 4)."""


class ClockKind(StrEnum):
    """What a clock waits for; commands start ``first`` only so far."""

    FIRST = "first"
    NEXT = "next"
    RESOLVE = "resolve"
    KNOWER = "knower"


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """One promise to the public; derived from the thread, never advanced by hand."""

    kind: ClockKind
    state: ClockState
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    credited_to: str | None = None
    policy_version: int = 1
    paused_seconds: int = 0


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Something we said in the thread, and who gets the credit (a person, or outside Rostrum)."""

    at: datetime
    external_id: str
    credited_to: str
    delivery_id: str | None = None


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """The message of the public that decided the route, and what the rules said about it."""

    at: datetime
    external_id: str
    action: RoutingAction
    unit_id: str
    routed_by: str


class PreviewMark(msgspec.Struct, frozen=True, kw_only=True):
    """Which message the preview quotes; the public goes before us, the newest before the older."""

    is_incoming: bool
    at: datetime
    external_id: str


class Conversation(Entity, frozen=True, kw_only=True):
    """A thread of mentions under one owner and its clock.

    ``is_touched``: a person or a timer has moved it. Until then everything follows from the
    messages alone, in whatever order they came; from then on messages only add to what was decided.
    ``since`` is when the present episode began, if the thread was resolved before: what was said
    before it counts for no clock. ``quiet_at`` is when silence moves it on.
    ``linked_to_id`` is the resolved thread that this one goes on from, ``continued_in_id`` the reverse.
    """

    channel_id: str
    unit_id: str
    state: ConversationState
    routed_by: str
    updated_at: datetime
    mention_count: int
    opened_at: datetime
    last_message_at: datetime
    preview: str
    preview_mark: PreviewMark
    basis: Basis | None = None
    first_incoming_at: datetime | None = None
    last_asked_at: datetime | None = None
    last_outgoing_at: datetime | None = None
    replies: tuple[Reply, ...] = ()
    clock: Clock | None = None
    assignee_id: str | None = None
    claimed_by_id: str | None = None
    claim_until: datetime | None = None
    is_touched: bool = False
    since: datetime | None = None
    resolved_at: datetime | None = None
    quiet_at: datetime | None = None
    merged_into_id: str | None = None
    linked_to_id: str | None = None
    continued_in_id: str | None = None

    @property
    def holder_id(self) -> str | None:
        """Who holds it now: the claimer while it is claimed, else the assignee."""
        return self.claimed_by_id or self.assignee_id
