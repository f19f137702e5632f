"""Trust-earned review depth, routes of review, seats and crisis levels (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from contracts.commands import Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission, Role
from contracts.topics import Topic
from contracts.workflow.content_states import StageMode, TopicRisk


class TrustTier(StrEnum):
    """What a record of clean publications earns on one channel for one topic risk.

    T0: full stages. T1: one reviewer. T2: publish, then review all within 24 h. T3: publish, then
    review a sample of one in five.
    """

    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"


class LedgerOutcome(StrEnum):
    """What an entry of the ledger says.

    ``published``: it went out before its review and counts for nothing until that ends.
    """

    PUBLISHED = "published"
    CLEAN = "clean"
    INCIDENT = "incident"


@fact(Topic.CONTENT)
class TrustNoted(Fact, frozen=True, kw_only=True):
    """The ledger grew by one entry. Aggregate: the entry.

    ``severity``: 1 (grave) to 3, 0 without an incident. ``weight``: of the entry when it was made.
    ``is_publication``: this entry stands for one publication on this channel; ``is_author``: the
    person is the author, not a co-author, so that sums count each incident once. ``is_repeat``: an
    incident that was noted before turned out graver, and this is the difference.
    """

    content_id: str
    person_id: str
    channel_id: str
    unit_id: str
    risk: TopicRisk
    outcome: LedgerOutcome
    severity: int
    weight: float
    is_self_reported: bool
    is_publication: bool
    is_author: bool
    was_reviewed: bool
    happened_at: datetime
    is_repeat: bool = False


class RouteStage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage as an organization wants it, without people.

    ``role``: only people who review through this role; without one all who may review. ``seats``
    (legal, privacy, accessibility, records ...) need an approval each; a stage of mode any that has
    seats and no role is read by their holders alone. ``quorum`` is for mode quorum.
    """

    name: str
    mode: StageMode = StageMode.ANY
    quorum: int = 1
    role: Role | None = None
    seats: tuple[str, ...] = ()
    due_hours: int = 24


class RouteRule(msgspec.Struct, frozen=True, kw_only=True):
    """The full stages of what it speaks of; every condition that is given must hold.

    ``unit_ids`` stand for their subtrees. ``min_crisis_level``: only while the level is at least
    this. ``is_fixed``: trust does not shorten this route.
    """

    name: str
    stages: tuple[RouteStage, ...]
    risks: tuple[TopicRisk, ...] = ()
    topics: tuple[str, ...] = ()
    channel_ids: tuple[str, ...] = ()
    unit_ids: tuple[str, ...] = ()
    min_crisis_level: int = 0
    is_fixed: bool = False


@fact(Topic.ORGANIZATIONS)
class ReviewRoutesSet(Fact, frozen=True, kw_only=True):
    """The organization's ordered routes of review. Aggregate: the organization's review settings."""

    rules: tuple[RouteRule, ...]


@fact(Topic.ORGANIZATIONS)
class CrisisLevelSet(Fact, frozen=True, kw_only=True):
    """0 is a normal day. Aggregate: the organization's review settings."""

    level: int
    previous: int
    reason: str
    actor_id: str | None


@fact(Topic.ORGANIZATIONS)
class SeatAssigned(Fact, frozen=True, kw_only=True):
    """A person holds a seat in a unit's subtree, or everywhere. Aggregate: the seat."""

    seat_id: str
    name: str
    person_id: str
    unit_id: str | None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@fact(Topic.ORGANIZATIONS)
class SeatEnded(Fact, frozen=True, kw_only=True):
    """The person holds the seat no longer. Aggregate: the seat."""

    seat_id: str
    name: str
    person_id: str


@command("workflow", Permission.ROUTE_MANAGE)
class SetReviewRoutes(Command, frozen=True, kw_only=True):
    """Replace the ordered routes; the first whose conditions hold decides.

    With none at all the built-in ones hold. Once there are some, an item that none speaks of takes
    the strictest built-in route.
    """

    rules: tuple[RouteRule, ...]


@command("workflow", Permission.CRISIS_DECLARE)
class SetCrisisLevel(Command, frozen=True, kw_only=True):
    """0 (a normal day) to 3. Above 0 nothing goes out before somebody has read it, trust or not."""

    level: int
    reason: str


@command("workflow", Permission.SEAT_ASSIGN)
class AssignSeat(Command, frozen=True, kw_only=True):
    """Give a person a seat in a unit's subtree, or everywhere.

    Whoever holds it also needs the right to review there: the seat says as what they read.
    """

    name: str
    person_id: str
    unit_id: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@command("workflow", Permission.SEAT_ASSIGN)
class EndSeat(Command, frozen=True, kw_only=True):
    """Take a seat back."""

    seat_id: str


@command("workflow", Permission.CONTENT_READ)
class ReportIncident(Command, frozen=True, kw_only=True):
    """Say that something that went out was wrong: severity 1 (grave), 2 or 3 (slight).

    Those who wrote it may always say so, and it counts half if its author was first; anybody else
    needs the right to review there.
    """

    content_id: str
    channel_id: str
    severity: int
    reason: str
