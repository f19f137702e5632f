"""Set, take away and reach the time of an approved item."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Work
from contracts.envelope import rfc3339
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentKind,
    ContentState,
    DraftAnswer,
    Schedule,
    ScheduleContent,
    UnscheduleContent,
)
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.deliveries.plan import cancel_planned, plan, wake_planned
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition
from services.workflow.domain.content.times import instant_of

DUE_TIMER = "content_due"


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
    event = events.SetTime(
        at=work.now,
        actor_id=person_of(work),
        due_at=due_at,
        schedule=command.schedule or _now(work.now),
        max_lateness_seconds=command.max_lateness_seconds,
    )
    return answer(_set(item, event, work))


def schedule_approved(item: ContentItem, work: Work) -> ContentItem:
    """After approval: an answer goes out now, a post at the time its author proposed.

    A post without a proposal, or whose time passed while it waited, stays approved.
    """
    if item.kind is ContentKind.REPLY:
        return _set(item, _proposed(item, _now(work.now), work), work)
    if item.proposed is None:
        return item
    due_at = instant_of(item.proposed)
    return _set(item, _proposed(item, item.proposed, work), work) if due_at >= work.now else item


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


def _set(item: ContentItem, event: events.SetTime, work: Work) -> ContentItem:
    scheduled = store(transition(item, event), work)
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
    published = store(transition(item, events.Due(at=work.now)), work)
    wake_planned(published, work)
    return published
