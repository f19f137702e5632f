"""Steps of the approval: routed, decided, timed, out; taken back or expired."""

from __future__ import annotations

from typing import Final

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    AfterReview,
    ApprovalKind,
    ContentScheduled,
    ContentState,
    DebtState,
    ReviewOpened,
)
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.step import (
    DEBT_DUE,
    NO_APPROVAL,
    UNDER_DELIVERY,
    Transition,
    debt_opened,
    kept_time,
    moved,
    need_reason,
    said,
    to,
)

S = ContentState
REVIEW_ENDS: Final = frozenset({S.APPROVED, S.CHANGES_REQUESTED, S.REJECTED})
REVIEWED_LATER: Final = frozenset({ApprovalKind.POST_REVIEW, ApprovalKind.NOT_SAMPLED})


def routed(item: ContentItem, event: events.Routed) -> Transition:
    """In review; or, where the route has no stages and says what follows, approved at once."""
    if not event.stages and event.after is not AfterReview.NONE:
        return _published_first(item, event)
    if event.round_id is None or not event.stages or not all(_has_people(event)):
        raise Refusal(RefusalCode.NO_REVIEWER, "Nobody may review this item.")
    after = moved(
        item,
        event,
        S.IN_REVIEW,
        round_id=event.round_id,
        explanation=event.explanation,
        after=AfterReview.NONE,
        approval=None,
    )
    fact = ReviewOpened(
        content_id=item.id,
        round_id=event.round_id,
        version_hash=item.version_hash or "",
        stages=event.stages,
        explanation=event.explanation,
        channel_ids=item.channel_ids,
        unit_id=item.unit_id,
    )
    return Transition(after, (fact,))


def _has_people(event: events.Routed) -> list[bool]:
    return [
        bool(stage.reviewer_ids) and all(seat.reviewer_ids for seat in stage.required)
        for stage in event.stages
    ]


def _published_first(item: ContentItem, event: events.Routed) -> Transition:
    return to(
        item,
        event,
        S.APPROVED,
        reason=event.explanation,
        round_id=None,
        explanation=event.explanation,
        approval=ApprovalKind.POST_REVIEW,
        after=event.after,
    )


def rerouted(item: ContentItem, event: events.ReRouted) -> Transition:
    """The same words are asked about again."""
    step = routed(item, event)
    if step.item.state is not S.IN_REVIEW:
        return step
    fact = said(step.item, event, item.state, reason=event.reason)
    return Transition(step.item, (*step.facts, fact))


def review_ended(item: ContentItem, event: events.ReviewEnded) -> Transition:
    """Approved, changes requested, or rejected."""
    if event.state not in REVIEW_ENDS:
        raise ValueError(f"a review cannot end in {event.state}")
    approval = ApprovalKind.REVIEWED if event.state is S.APPROVED else None
    after = moved(item, event, event.state, approval=approval, emergency=None)
    fact = said(after, event, item.state, reason=event.reason, waited=event.waited_seconds)
    return Transition(after, (fact,))


def withdraw(item: ContentItem, event: events.Withdraw) -> Transition:
    """Back to draft, by its author."""
    if event.actor_id != item.author_id:
        raise Refusal(RefusalCode.FORBIDDEN, "Only the author can withdraw an item from review.")
    return to(item, event, S.DRAFT, round_id=None, emergency=None)


def set_time(item: ContentItem, event: events.SetTime) -> Transition:
    """Scheduled; refused with ApprovalExpired if the approval will not hold then."""
    if item.valid_until is not None and event.due_at >= item.valid_until:
        raise Refusal(
            RefusalCode.APPROVAL_EXPIRED,
            "The approval does not last until then.",
            field=("schedule",),
            data={"valid_until": item.valid_until.isoformat()},
        )
    if item.ends_at is not None and event.due_at >= item.ends_at:
        sentence = "It would be taken back before it is shown."
        raise Refusal(RefusalCode.INVALID_TIME, sentence, field=("schedule",))
    after = moved(
        item,
        event,
        S.SCHEDULED,
        due_at=event.due_at,
        wall_time=event.schedule.wall_time,
        time_zone=event.schedule.time_zone,
        slot=item.slot + 1,
        max_lateness_seconds=event.max_lateness_seconds,
    )
    fact = ContentScheduled(
        content_id=item.id,
        version_hash=item.version_hash or "",
        due_at=event.due_at,
        wall_time=event.schedule.wall_time,
        time_zone=event.schedule.time_zone,
        slot=after.slot,
    )
    return Transition(after, (fact, said(after, event, item.state)))


def unschedule(item: ContentItem, event: events.Unschedule) -> Transition:
    """The approval stays."""
    return to(item, event, S.APPROVED, due_at=None)


def revoke(item: ContentItem, event: events.Revoke) -> Transition:
    """Back to draft; it owes nothing, because nothing of it is out."""
    need_reason(event.reason, "Say why the approval is taken back.")
    proposed = kept_time(item)
    return to(
        item, event, S.DRAFT, reason=event.reason, round_id=None, proposed=proposed, **NO_APPROVAL
    )


def expired(item: ContentItem, event: events.ApprovalExpired) -> Transition:
    """The words stay as they are and wait for a new approval; the time slot stays as a proposal."""
    need_reason(event.reason, "Say why the approval does not hold any more.")
    findings = item.findings if event.findings is None else event.findings
    return to(
        item,
        event,
        S.APPROVAL_EXPIRED,
        reason=event.reason,
        findings=findings,
        proposed=kept_time(item),
        **NO_APPROVAL,
    )


def due(item: ContentItem, event: events.Due) -> Transition:
    """Publishing. What goes out before its review owes one from here, unless the draw spares it."""
    is_spared = item.after is AfterReview.SAMPLE and not event.is_sampled
    return _owing(to(item, event, S.PUBLISHING), item, event, is_spared=is_spared)


def retried(item: ContentItem, event: events.Retried) -> Transition:
    """Publishing again; the debt that fell with the failure is back."""
    if item.state is S.PUBLISHING:
        return Transition(item)
    is_spared = item.approval is ApprovalKind.NOT_SAMPLED
    return _owing(to(item, event, S.PUBLISHING), item, event, is_spared=is_spared)


def _owing(
    step: Transition, before: ContentItem, event: events.Event, *, is_spared: bool
) -> Transition:
    if before.approval not in REVIEWED_LATER or before.debt is not DebtState.NONE:
        return step
    if is_spared:
        after = moved(
            step.item, event, step.item.state, approval=ApprovalKind.NOT_SAMPLED, is_sampled=False
        )
        return Transition(after, (said(after, event, before.state),))
    drawn = True if before.after is AfterReview.SAMPLE else None
    after = moved(
        step.item,
        event,
        step.item.state,
        is_sampled=drawn,
        debt=DebtState.OPEN,
        debt_due_at=event.at + DEBT_DUE,
    )
    return Transition(after, (*step.facts, *debt_opened(after)))


def delivered(item: ContentItem, event: events.Delivered) -> Transition:
    """Where its deliveries say it stands; what went out nowhere owes no review, until it did."""
    if event.state not in UNDER_DELIVERY:
        raise ValueError(f"deliveries cannot make an item {event.state}")
    if event.state is item.state:
        return Transition(item)
    if event.state is S.FAILED and item.approval in REVIEWED_LATER and item.debt is DebtState.OPEN:
        return to(item, event, event.state, debt=DebtState.NONE, debt_due_at=None)
    if event.state is S.FAILED:
        return to(item, event, event.state)
    is_spared = item.approval is ApprovalKind.NOT_SAMPLED
    return _owing(to(item, event, event.state), item, event, is_spared=is_spared)
