"""Stop an item where it is, and let it go on."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import ContentState, DraftAnswer
from contracts.workflow.review import HoldContent, ResumeContent
from services.workflow.application.content.expire import expire_approval, is_outlived
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.content.review import round_of, set_nudge, supersede
from services.workflow.application.content.schedule import DUE_TIMER
from services.workflow.application.conversations.replies import reply_refused
from services.workflow.application.deliveries.plan import cancel_planned
from services.workflow.application.policies.checking import judged
from services.workflow.application.trust.waiting import ROUTE_TIMER
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import Transition, transition


def hold_content(command: HoldContent, work: Work) -> DraftAnswer:
    """Nothing of it moves until it is resumed: no vote counts, no time comes due."""
    item = work.get(ContentItem, command.content_id)
    event = events.Held(at=work.now, actor_id=person_of(work), reason=command.reason)
    step = transition(item, event)
    work.stop_timers(item.id, DUE_TIMER)
    return answer(store(step, work, reason=command.reason))


def resume_content(command: ResumeContent, work: Work) -> DraftAnswer:
    """Back to where it was, after the checks ran again over its words.

    A blocking finding sends it to draft. A time that passed meanwhile is only a proposal; an
    approval that outlived its time meanwhile expires.
    """
    item = work.get(ContentItem, command.content_id)
    event = events.Resumed(
        at=work.now,
        actor_id=person_of(work),
        findings=judged(item, work).findings,
        keeps_time=item.due_at is not None and item.due_at > work.now,
    )
    step = transition(item, event)
    if step.item.state is ContentState.DRAFT and item.held_from is not ContentState.DRAFT:
        return answer(_sent_back(item, step, work))
    return answer(_resumed(item, store(step, work), work))


def _resumed(before: ContentItem, item: ContentItem, work: Work) -> ContentItem:
    if before.held_from is ContentState.SCHEDULED:
        _time_again(item, work)
    if is_outlived(item, work):
        return expire_approval(item, "The approval was valid until now.", work)
    review = round_of(item, work)
    if item.state is ContentState.IN_REVIEW and review is not None:
        set_nudge(review, work)
    work.start_timer(ROUTE_TIMER, item.id, work.now)
    return item


def _time_again(item: ContentItem, work: Work) -> None:
    if item.state is ContentState.SCHEDULED and item.due_at is not None:
        work.start_timer(DUE_TIMER, item.id, item.due_at)
    else:
        cancel_planned(item, "Its time passed while it was held.", work)


def _sent_back(before: ContentItem, step: Transition, work: Work) -> ContentItem:
    told = supersede(before, work)
    work.stop_timers(before.id)
    cancel_planned(before, "The checks block it.", work)
    if before.conversation_id:
        reply_refused(before.conversation_id, "The checks block it.", work)
    return store(step, work, first=told)
