"""Posts that come again: started, made one by one before they are due, submitted, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal
from contracts.workflow.calendar import EndSeries, SeriesState, StartSeries
from contracts.workflow.content import ContentDrafted, ContentKind, ContentState
from services.workflow.application.calendar.reuse import submitted_as_before
from services.workflow.application.content.describe import a_language, a_topic, the_tags
from services.workflow.application.content.items import (
    person_of,
    refuse_bad_variants,
    refuse_foreign_channels,
)
from services.workflow.application.content.opening import open_review
from services.workflow.application.content.submit import frozen_and_checked
from services.workflow.application.governance.target import Target
from services.workflow.application.policies.checking import judged
from services.workflow.application.trust.routing import route_of
from services.workflow.domain import wording
from services.workflow.domain.calendar.series import (
    ContentSeries,
    caught_up,
    ended,
    started,
    with_next,
    with_outcome,
)
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Person

NEXT_TIMER: Final = "series_next"
SUBMIT_TIMER: Final = "series_submit"
LOOK_AGAIN: Final = timedelta(seconds=60)
"""A clause that waits for evidence (a link being looked at) is asked again after this."""


def start_series(command: StartSeries, work: Work) -> Done:
    """The first occurrence is made at once if its lead has begun."""
    author = person_of(work)
    refuse_bad_variants(command.variants, work)
    refuse_foreign_channels(command.variants, work)
    work.get(Unit, command.unit_id)
    clean = msgspec.structs.replace(
        command,
        topic=a_topic(command.topic),
        tags=the_tags(command.tags),
        language=a_language(command.language),
    )
    step = started(clean, ident=work.ids.new(), org_id=work.org_id, by=author, now=work.now)
    stored = work.add(step.entity, *step.facts)
    _set_timer(stored, work)
    return _answer(stored)


def end_series(command: EndSeries, work: Work) -> Done:
    """Those that were made go on like any other item."""
    reason = wording.reason(command.reason)
    step = ended(work.get(ContentSeries, command.series_id), reason=reason, by=person_of(work))
    work.stop_timers(command.series_id)
    return _answer(work.save(step.entity, *step.facts, reason=reason))


def _answer(series: ContentSeries) -> Done:
    return Done(id=series.id, rev=series.rev, state=series.state.value)


def _set_timer(series: ContentSeries, work: Work) -> None:
    work.stop_timers(series.id)
    if series.next_at is not None:
        work.start_timer(NEXT_TIMER, series.id, max(series.next_at, work.now))


def series_next(series_id: str, work: Work) -> None:
    """Timer: make the next occurrence. A second call, or one after the end, does nothing."""
    series = work.first(ContentSeries, id=series_id)
    if series is None or series.state is SeriesState.ENDED:
        return
    series = caught_up(series, work.now)
    if series.next_at is None or not work.get(Person, series.author_id).is_active:
        _end(series, work)
    elif series.next_at <= work.now:
        _make(series, work)
    else:
        _set_timer(work.save(series), work)


def _end(series: ContentSeries, work: Work) -> None:
    reason = "Its author has left." if series.ahead else "The rule has no more."
    step = ended(series, reason=reason, by=None)
    work.save(step.entity, *step.facts, reason=reason)


def _make(series: ContentSeries, work: Work) -> None:
    item = _item(series, work)
    step = with_next(series, item.id, work.now)
    if work.first(ContentItem, id=item.id) is None:
        work.add(item, _drafted(item))
        work.start_timer(SUBMIT_TIMER, item.id, work.now)
    _set_timer(work.save(step.entity, *step.facts), work)


def _item(series: ContentSeries, work: Work) -> ContentItem:
    one = series.ahead[0]
    return ContentItem(
        id=work.ids.derived("occurrence", series.id, str(one.number)),
        org_id=work.org_id,
        kind=ContentKind.POST,
        state=ContentState.DRAFT,
        author_id=series.author_id,
        unit_id=series.unit_id,
        channel_ids=series.channel_ids,
        topic_risk=series.topic_risk,
        variants=series.variants,
        proposed=one.schedule,
        planned_at=one.due_at,
        topic=series.topic,
        tags=series.tags,
        language=series.language,
        notes=one.note,
        series_id=series.id,
        created_at=work.now,
        updated_at=work.now,
    )


def _drafted(item: ContentItem) -> ContentDrafted:
    return ContentDrafted(
        content_id=item.id,
        kind=item.kind,
        author_id=item.author_id,
        unit_id=item.unit_id,
        topic_risk=item.topic_risk,
        conversation_id=None,
        variants=item.variants,
        topic=item.topic,
        tags=item.tags,
        language=item.language,
    )


def series_submit(content_id: str, work: Work) -> None:
    """Timer: submit an occurrence for its author, unless somebody took it up meanwhile.

    What cannot be submitted stays a draft in the calendar, and the series says why.
    """
    item = work.first(ContentItem, id=content_id)
    if (
        item is None
        or item.series_id is None
        or item.state is not ContentState.DRAFT
        or item.version
    ):
        return
    found = judged(item, work)
    if found.pending and item.planned_at is not None and work.now < item.planned_at:
        work.start_timer(SUBMIT_TIMER, item.id, work.now + LOOK_AGAIN)
        return
    try:
        route = route_of(item, found.findings, work)
    except Refusal as no:
        _tell(item, f"It waits as a draft: {no.sentence}", work)
        return
    checked = frozen_and_checked(item, item.author_id, work)
    if checked.state is ContentState.DRAFT:
        _tell(item, f"It waits as a draft: {found.blocking[0].sentence}", work)
        return
    reused = submitted_as_before(checked, route, work)
    if reused is None:
        open_review(checked, route, work)
    _tell(item, "Approved as before." if reused else "Submitted.", work)


def _tell(item: ContentItem, outcome: str, work: Work) -> None:
    series = work.get(ContentSeries, item.series_id or "")
    work.save(with_outcome(series, item.id, outcome))


def target_of_new(command: StartSeries, _work: Work) -> Target:
    """As of a draft: the unit, and the channel if there is only one."""
    channels = {variant.channel_id for variant in command.variants}
    channel_id = channels.pop() if len(channels) == 1 else None
    return Target(unit_id=command.unit_id, channel_id=channel_id)


def target_of_series(command: EndSeries, work: Work) -> Target:
    """The unit and, if there is only one, the channel of the series."""
    series = work.get(ContentSeries, command.series_id)
    channel_id = series.channel_ids[0] if len(series.channel_ids) == 1 else None
    return Target(unit_id=series.unit_id, channel_id=channel_id)
