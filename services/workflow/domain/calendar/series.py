"""A series: the same words again and again, each time as an item of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.calendar import (
    OccurrenceMade,
    OddTime,
    SeriesEnded,
    SeriesStarted,
    SeriesState,
    StartSeries,
)
from contracts.workflow.content import Schedule, TopicRisk, Variant
from services.workflow.domain import wording
from services.workflow.domain.calendar.recurrence import Occurrence, clean_rule, following
from services.workflow.domain.content.times import instant_of
from services.workflow.domain.transition import Transition

LEAD_DAYS: Final = range(1, 91)
KEPT: Final = 20
"""Past occurrences that the series remembers; all of them are items."""
AHEAD: Final = 20
"""Occurrences to come that calendars show."""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence that became an item; ``outcome`` says how it went on from there."""

    number: int
    content_id: str
    wall_time: str
    due_at: datetime
    odd: OddTime | None = None
    note: str = ""
    outcome: str = ""


class ContentSeries(Entity, frozen=True, kw_only=True):
    """``schedule`` is the first occurrence; ``made`` counts those that became items or passed.

    ``ahead`` are the next ones as they will be, with what the clocks do to them.
    """

    unit_id: str
    channel_ids: tuple[str, ...]
    author_id: str
    state: SeriesState
    variants: tuple[Variant, ...]
    rule: str
    wall_time: str
    time_zone: str
    topic_risk: TopicRisk
    topic: str
    tags: tuple[str, ...]
    language: str
    lead_days: int
    created_at: datetime
    made: int = 0
    recent: tuple[Made, ...] = ()
    ahead: tuple[Occurrence, ...] = ()
    end_reason: str = ""

    @property
    def first(self) -> Schedule:
        """Where the rule begins."""
        return Schedule(wall_time=self.wall_time, time_zone=self.time_zone)

    @property
    def next_at(self) -> datetime | None:
        """When the next occurrence is made; None if there is none."""
        return self.ahead[0].due_at - timedelta(days=self.lead_days) if self.ahead else None


def started(
    command: StartSeries, *, ident: str, org_id: str, by: str, now: datetime
) -> Transition[ContentSeries]:
    """Refuses BadRule, odd first times, and series that are over before they begin.

    The caller has made sure that unit, channels, topic, tags and language are what they should be.
    """
    instant_of(command.schedule)
    if command.lead_days not in LEAD_DAYS:
        raise wording.invalid(
            f"An item is made {LEAD_DAYS[0]} to {LEAD_DAYS[-1]} days ahead.", "leadDays"
        )
    series = ContentSeries(
        id=ident,
        org_id=org_id,
        unit_id=command.unit_id,
        channel_ids=tuple(v.channel_id for v in command.variants),
        author_id=by,
        state=SeriesState.ACTIVE,
        variants=command.variants,
        rule=clean_rule(command.rule, command.schedule),
        wall_time=command.schedule.wall_time,
        time_zone=command.schedule.time_zone,
        topic_risk=command.topic_risk,
        topic=command.topic,
        tags=command.tags,
        language=command.language,
        lead_days=command.lead_days,
        created_at=now,
    )
    series = _without_passed(series, now)
    if not series.ahead:
        raise Refusal(RefusalCode.BAD_RULE, "All of it has passed.", field=("rule",))
    return Transition(series, (_said(series),))


def _without_passed(series: ContentSeries, now: datetime) -> ContentSeries:
    """Occurrences that have passed are counted, not made."""
    ahead = following(series.rule, series.first, made=series.made, most=AHEAD)
    passed = sum(each.due_at <= now for each in ahead)
    if passed == 0:
        return msgspec.structs.replace(series, ahead=ahead)
    return _without_passed(msgspec.structs.replace(series, made=series.made + passed), now)


def _said(series: ContentSeries) -> SeriesStarted:
    return SeriesStarted(
        series_id=series.id,
        unit_id=series.unit_id,
        channel_ids=series.channel_ids,
        author_id=series.author_id,
        rule=series.rule,
        wall_time=series.wall_time,
        time_zone=series.time_zone,
    )


def with_next(series: ContentSeries, content_id: str, now: datetime) -> Transition[ContentSeries]:
    """The next occurrence is this item; without another one the series has come to its end."""
    one = series.ahead[0]
    made = Made(
        number=one.number,
        content_id=content_id,
        wall_time=one.schedule.wall_time,
        due_at=one.due_at,
        odd=one.odd,
        note=one.note,
    )
    after = _without_passed(
        msgspec.structs.replace(series, made=one.number, recent=(*series.recent, made)[-KEPT:]), now
    )
    fact = OccurrenceMade(
        series_id=series.id,
        content_id=content_id,
        number=one.number,
        due_at=one.due_at,
        odd=one.odd,
    )
    if after.ahead:
        return Transition(after, (fact,))
    last = ended(after, reason="The rule has no more.", by=None)
    return Transition(last.entity, (fact, *last.facts))


def with_outcome(series: ContentSeries, content_id: str, outcome: str) -> ContentSeries:
    """How an occurrence went on, for its author."""
    recent = tuple(
        msgspec.structs.replace(each, outcome=outcome) if each.content_id == content_id else each
        for each in series.recent
    )
    return msgspec.structs.replace(series, recent=recent)


def caught_up(series: ContentSeries, now: datetime) -> ContentSeries:
    """After a pause of the clock: what passed meanwhile is not made late."""
    return _without_passed(series, now)


def ended(series: ContentSeries, *, reason: str, by: str | None) -> Transition[ContentSeries]:
    """No more occurrences. Refuses WrongState for one that is over already."""
    if series.state is SeriesState.ENDED:
        raise Refusal(RefusalCode.WRONG_STATE, "This series is over already.")
    after = msgspec.structs.replace(series, state=SeriesState.ENDED, ahead=(), end_reason=reason)
    return Transition(after, (SeriesEnded(series_id=series.id, reason=reason, ended_by=by),))
