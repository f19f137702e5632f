"""The content machine of DOMAIN 3: one pure transition function, one table of what may happen when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState
from services.workflow.domain.content import approving, events, exceptional, writing
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.step import UNDER_DELIVERY, Transition
from services.workflow.domain.content.times import planned_instant

__all__ = ["ALLOWED", "BEFORE_PUBLISHING", "UNDER_DELIVERY", "Transition", "transition"]

S = ContentState

BEFORE_PUBLISHING: Final = frozenset(
    {
        S.DRAFT,
        S.IN_REVIEW,
        S.CHANGES_REQUESTED,
        S.REJECTED,
        S.APPROVED,
        S.SCHEDULED,
        S.APPROVAL_EXPIRED,
    }
)
ALLOWED: Final[dict[type[events.Event], frozenset[ContentState]]] = {
    events.Edit: BEFORE_PUBLISHING,
    events.Submit: frozenset({S.DRAFT}),
    events.Checked: frozenset({S.CHECKING}),
    events.Routed: frozenset({S.ROUTED}),
    events.ReRouted: frozenset({S.APPROVAL_EXPIRED, S.REJECTED, S.IN_REVIEW}),
    events.ReviewEnded: frozenset({S.IN_REVIEW}),
    events.Withdraw: frozenset({S.IN_REVIEW}),
    events.SetTime: frozenset({S.APPROVED}),
    events.Unschedule: frozenset({S.SCHEDULED}),
    events.Revoke: frozenset({S.APPROVED, S.SCHEDULED, S.PUBLISHING}),
    events.ApprovalExpired: frozenset({S.APPROVED, S.SCHEDULED}),
    events.Held: BEFORE_PUBLISHING,
    events.Resumed: frozenset({S.ON_HOLD}),
    events.Described: BEFORE_PUBLISHING | {S.ON_HOLD},
    events.GlassTouched: frozenset({S.DRAFT, S.IN_REVIEW}),
    events.GlassBroken: frozenset({S.ROUTED, S.IN_REVIEW}),
    events.Due: frozenset({S.SCHEDULED}),
    events.Retried: frozenset({S.FAILED, S.PARTIALLY_PUBLISHED, S.UNCONFIRMED, S.PUBLISHING}),
    events.Delivered: UNDER_DELIVERY,
    events.DebtSettled: UNDER_DELIVERY | {S.APPROVED, S.SCHEDULED},
    events.Abandon: frozenset({S.DRAFT, S.REJECTED}),
}


def transition(item: ContentItem, event: events.Event) -> Transition:
    """The only way in which an item changes. Raises Refusal WrongState, or the guard's refusal."""
    kind = type(event)
    if item.state not in ALLOWED[kind]:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            f"An item that is {item.state.value} cannot take {kind.__name__}.",
            data={"state": item.state.value, "event": kind.__name__},
        )
    return _placed(_STEPS[kind](item, event))


def _placed(step: Transition) -> Transition:
    """Where the item stands in calendars follows from its proposal, until it has a time."""
    after = step.item
    is_open = after.due_at is None and after.state is not S.ARCHIVED
    planned_at = planned_instant(after.proposed) if is_open else None
    if planned_at == after.planned_at:
        return step
    return Transition(msgspec.structs.replace(after, planned_at=planned_at), step.facts)


_STEPS: Final[dict[type[events.Event], Callable[[ContentItem, Any], Transition]]] = {
    events.Edit: writing.edit,
    events.Submit: writing.submit,
    events.Checked: writing.checked,
    events.Described: writing.described,
    events.Abandon: writing.abandon,
    events.Routed: approving.routed,
    events.ReRouted: approving.rerouted,
    events.ReviewEnded: approving.review_ended,
    events.Withdraw: approving.withdraw,
    events.Revoke: approving.revoke,
    events.ApprovalExpired: approving.expired,
    events.SetTime: approving.set_time,
    events.Unschedule: approving.unschedule,
    events.Due: approving.due,
    events.Retried: approving.retried,
    events.Delivered: approving.delivered,
    events.Held: exceptional.held,
    events.Resumed: exceptional.resumed,
    events.GlassTouched: exceptional.glass_touched,
    events.GlassBroken: exceptional.glass_broken,
    events.DebtSettled: exceptional.debt_settled,
}
