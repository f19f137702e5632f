"""Set, take away and reach the time of an approved item."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Work
from contracts.envelope import rfc3339
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    AfterReview,
    ContentKind,
    ContentState,
    DebtState,
    DraftAnswer,
    Schedule,
    ScheduleContent,
    UnscheduleContent,
)
from services.workflow.application.calendar.closed import refuse_closed
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.deliveries.plan import cancel_planned, plan, wake_planned
from services.workflow.application.trust.sampling import is_drawn
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import Transition, transition
from services.workflow.domain.content.times import instant_of

DUE_TIMER = "content_due"
DEBT_TIMER = "review_debt"


def schedule_content(command: ScheduleContent, work: Work) -> DraftAnswer:
    """Without a schedule the item goes out now; a time in the past is refused."""
    item = work.get(ContentItem, command.content_id)
    due_at = instant_of(command.schedule) if command.schedule else work.now
    if due_at < work.now:
        raise Refusal(
            RefusalCode.INVALID_TIME,
            "That time has passed.",
            field=("schedule", "wallTime"),
            data={"instant": rfc3339(due_at)},
        )
    if command.max_lateness_seconds < 0:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT, "Lateness is not negative.", field=("maxLatenessSeconds",)
        )
    refuse_closed(item, item.channel_ids, at=due_at, work=work)
    event = events.SetTime(
        at=work.now,
        actor_id=person_of(work),
        due_at=due_at,
        schedule=command.schedule or _now(work.now),
        max_lateness_seconds=command.max_lateness_seconds,
    )
    return answer(_planned(transition(item, event), event, work))


def schedule_approved(item: ContentItem, work: Work) -> ContentItem:
    """After approval: an answer goes out now, a post at the time its author proposed.

    A post without a proposal, or whose proposed time cannot be kept (it passed, it happens twice,
    the calendar is closed, the approval does not last until then), stays approved.
    """
    when = _now(work.now) if item.kind is ContentKind.REPLY else item.proposed
    if when is None:
        return item
    try:
        event = _proposed(item, when, work)
        if item.kind is not ContentKind.REPLY:
            refuse_closed(item, item.channel_ids, at=event.due_at, work=work)
        step = transition(item, event)
    except Refusal:
        return item
    return _planned(step, event, work) if event.due_at >= work.now else item


def _proposed(item: ContentItem, schedule: Schedule, work: Work) -> events.SetTime:
    return events.SetTime(
        at=work.now,
        actor_id=work.actor.person_id,
        due_at=instant_of(schedule),
        schedule=schedule,
        max_lateness_seconds=item.max_lateness_seconds,
    )


def _now(now: datetime) -> Schedule:
    return Schedule(wall_time=now.replace(tzinfo=None).isoformat(), time_zone="UTC")


def _planned(step: Transition, event: events.SetTime, work: Work) -> ContentItem:
    scheduled = store(step, work)
    plan(scheduled, work)
    if event.due_at <= work.now:
        return _publish(scheduled, work)
    work.start_timer(DUE_TIMER, scheduled.id, event.due_at)
    return scheduled


def unschedule_content(command: UnscheduleContent, work: Work) -> DraftAnswer:
    """The planned deliveries are cancelled; the approval stays."""
    item = work.get(ContentItem, command.content_id)
    step = transition(item, events.Unschedule(at=work.now, actor_id=person_of(work)))
    work.stop_timers(item.id, DUE_TIMER)
    cancel_planned(item, "Unscheduled.", work)
    return answer(store(step, work))


def content_due(content_id: str, work: Work) -> None:
    """Timer: the time has come. A second call, or one after a change of mind, does nothing."""
    item = work.first(ContentItem, id=content_id)
    if item is None or item.state is not ContentState.SCHEDULED or item.due_at is None:
        return
    if item.due_at <= work.now:
        _publish(item, work)


def _publish(item: ContentItem, work: Work) -> ContentItem:
    event = events.Due(at=work.now, is_sampled=_is_sampled(item, work))
    published = store(transition(item, event), work)
    if published.debt is DebtState.OPEN and published.debt_due_at is not None:
        work.start_timer(DEBT_TIMER, published.id, published.debt_due_at)
    wake_planned(published, work)
    return published


def _is_sampled(item: ContentItem, work: Work) -> bool:
    """What the draw says, made now and not before, so that nobody can pick."""
    return item.after is not AfterReview.SAMPLE or is_drawn(item, work)
