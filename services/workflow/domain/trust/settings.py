"""An organization's routes of review, its seats and its crisis level."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.workflow.content_states import StageMode, TopicRisk
from contracts.workflow.trust import RouteRule, RouteStage
from services.workflow.domain import wording

RULE_LIMIT: Final = 200
STAGE_LIMIT: Final = 10
SEAT_LIMIT: Final = 10
QUORUM_LIMIT: Final = 20
DUE_HOURS: Final = range(1, 30 * 24 + 1)
CRISIS_LEVELS: Final = range(4)


class ReviewSettings(Entity, frozen=True, kw_only=True):
    """One for each organization; without one the built-in routes hold."""

    rules: tuple[RouteRule, ...] = ()
    crisis_level: int = 0
    crisis_reason: str = ""
    crisis_since: datetime | None = None
    updated_at: datetime


class ReviewSeat(Entity, frozen=True, kw_only=True):
    """A person reads as this (legal, privacy ...), in a unit's subtree or everywhere."""

    name: str
    person_id: str
    unit_id: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_ended: bool
    created_at: datetime

    def is_held(self, lineage: Sequence[str], now: datetime) -> bool:
        """Whether it counts in the unit of this lineage at this moment."""
        begun = self.starts_at is None or self.starts_at <= now
        over = self.is_ended or (self.ends_at is not None and self.ends_at <= now)
        return begun and not over and (self.unit_id is None or self.unit_id in lineage)


class SampleKey(Entity, frozen=True, kw_only=True):
    """The organization's secret for the draw; no read contract names it, so no door shows it."""

    secret: str


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What rules look at; ``lineage``: the unit and its ancestors."""

    risk: TopicRisk
    topic: str
    channel_ids: tuple[str, ...]
    lineage: tuple[str, ...]
    crisis_level: int


def rule_for(rules: Sequence[RouteRule], subject: Subject) -> RouteRule | None:
    """The first rule whose conditions all hold."""
    return next((rule for rule in rules if _speaks_of(rule, subject)), None)


def _speaks_of(rule: RouteRule, subject: Subject) -> bool:
    topics = {topic.casefold() for topic in rule.topics}
    return (
        subject.crisis_level >= rule.min_crisis_level
        and (not rule.risks or subject.risk in rule.risks)
        and (not topics or subject.topic.casefold() in topics)
        and (not rule.channel_ids or not set(rule.channel_ids).isdisjoint(subject.channel_ids))
        and (not rule.unit_ids or not set(rule.unit_ids).isdisjoint(subject.lineage))
    )


def seat_name(text: str, *field: str) -> str:
    """A seat's name as it is compared: one line, lower case."""
    return wording.line(" ".join(text.split()), *field, limit=50).casefold()


def clean_rules(rules: Sequence[RouteRule]) -> tuple[RouteRule, ...]:
    """The rules as they are stored; refuses what could never be worked through."""
    if len(rules) > RULE_LIMIT:
        raise wording.invalid(f"There can be {RULE_LIMIT} routes at most.", "rules")
    return tuple(_clean_rule(rule, ("rules", str(n))) for n, rule in enumerate(rules))


def _clean_rule(rule: RouteRule, at: tuple[str, ...]) -> RouteRule:
    if not 1 <= len(rule.stages) <= STAGE_LIMIT:
        raise wording.invalid(f"A route has 1 to {STAGE_LIMIT} stages.", *at, "stages")
    check_level(rule.min_crisis_level, *at, "minCrisisLevel")
    stages = tuple(_clean_stage(s, (*at, "stages", str(n))) for n, s in enumerate(rule.stages))
    topics = (wording.line(topic, *at, "topics") for topic in rule.topics)
    return msgspec.structs.replace(
        rule,
        name=wording.line(rule.name, *at, "name"),
        stages=stages,
        risks=tuple(dict.fromkeys(rule.risks)),
        topics=tuple(dict.fromkeys(topics)),
        channel_ids=tuple(dict.fromkeys(rule.channel_ids)),
        unit_ids=tuple(dict.fromkeys(rule.unit_ids)),
    )


def _clean_stage(stage: RouteStage, at: tuple[str, ...]) -> RouteStage:
    if not 1 <= stage.quorum <= QUORUM_LIMIT:
        raise wording.invalid(f"A quorum is 1 to {QUORUM_LIMIT} approvals.", *at, "quorum")
    if stage.due_hours not in DUE_HOURS:
        raise wording.invalid("A stage is due after 1 hour to 30 days.", *at, "dueHours")
    seats = tuple(dict.fromkeys(seat_name(seat, *at, "seats") for seat in stage.seats))
    if len(seats) > SEAT_LIMIT:
        raise wording.invalid(f"A stage has {SEAT_LIMIT} seats at most.", *at, "seats")
    return msgspec.structs.replace(
        stage,
        name=wording.line(stage.name, *at, "name"),
        quorum=stage.quorum if stage.mode is StageMode.QUORUM else 1,
        seats=seats,
    )


def check_level(level: int, *field: str) -> int:
    """A crisis level, 0 to 3."""
    if level not in CRISIS_LEVELS:
        raise wording.invalid("A crisis level is 0 to 3.", *field)
    return level
