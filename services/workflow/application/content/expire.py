"""Let an approval expire, or a review end: time passed, facts were flagged, a policy changed."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.workflow.content import ContentState, DraftAnswer, Finding
from contracts.workflow.review import FlagContent
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.content.review import supersede
from services.workflow.application.conversations.replies import reply_refused
from services.workflow.application.deliveries.plan import cancel_planned
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import ALLOWED, transition
from services.workflow.domain.content.rounds import ReviewRound

VALIDITY_TIMER = "content_validity"


def expire_approval(
    item: ContentItem, reason: str, work: Work, *, findings: tuple[Finding, ...] | None = None
) -> ContentItem:
    """The planned deliveries are cancelled; the words and the proposed time stay.

    WrongState unless the item is approved or scheduled.
    """
    event = events.ApprovalExpired(
        at=work.now, actor_id=work.actor.person_id, reason=reason, findings=findings
    )
    step = transition(item, event)
    told = supersede(item, work)
    work.stop_timers(item.id)
    cancel_planned(item, reason, work)
    if item.conversation_id:
        reply_refused(item.conversation_id, reason, work)
    return store(step, work, first=told, reason=reason)


def send_back(
    item: ContentItem, reason: str, work: Work, *, findings: tuple[Finding, ...] | None = None
) -> ContentItem:
    """An approval expires; a review ends with changes asked for. ``findings``: those of today."""
    if item.state is not ContentState.IN_REVIEW:
        return expire_approval(item, reason, work, findings=findings)
    review = work.get(ReviewRound, item.round_id or "")
    event = events.ReviewEnded(
        at=work.now,
        actor_id=work.actor.person_id,
        state=ContentState.CHANGES_REQUESTED,
        reason=reason,
        waited_seconds=int((work.now - review.opened_at).total_seconds()),
    )
    step = transition(item, event)
    told = supersede(item, work)
    work.stop_timers(item.id)
    if item.conversation_id:
        reply_refused(item.conversation_id, reason, work)
    known = item.findings if findings is None else findings
    after = msgspec.structs.replace(step, item=msgspec.structs.replace(step.item, findings=known))
    return store(after, work, first=told, reason=reason)


def flag_content(command: FlagContent, work: Work) -> DraftAnswer:
    """Somebody says that something in it is not true any more."""
    item = work.get(ContentItem, command.content_id)
    person_of(work)
    return answer(expire_approval(item, command.reason, work))


def approval_outlived(content_id: str, work: Work) -> None:
    """Timer: ``valid_until`` passed. Does nothing for an item that is held, out, or asked again."""
    item = work.first(ContentItem, id=content_id)
    if item is None or item.state not in ALLOWED[events.ApprovalExpired]:
        return
    if is_outlived(item, work):
        expire_approval(item, "The approval was valid until now.", work)


def is_outlived(item: ContentItem, work: Work) -> bool:
    """Whether the approval of an item has passed its time."""
    is_approved = item.state in (ContentState.APPROVED, ContentState.SCHEDULED)
    return is_approved and item.valid_until is not None and item.valid_until <= work.now
