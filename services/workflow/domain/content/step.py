"""What every step of the content machine is made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import msgspec

from contracts.facts import Fact
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ApprovalKind,
    ContentState,
    ContentStateChanged,
    DebtState,
    Schedule,
)
from contracts.workflow.review import DebtOpened
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.times import said_at

S = ContentState

UNDER_DELIVERY: Final = frozenset(
    {S.PUBLISHING, S.PUBLISHED, S.PARTIALLY_PUBLISHED, S.UNCONFIRMED, S.FAILED}
)
DEBT_DUE: Final = timedelta(hours=24)
"""How long what went out before its review may wait for it."""

NO_APPROVAL: Final[dict[str, Any]] = {
    "approval": None,
    "is_sampled": None,
    "debt": DebtState.NONE,
    "debt_due_at": None,
    "due_at": None,
    "emergency": None,
}
"""An item that nothing allows to go out, and that owes nothing because nothing is out."""


class Transition(msgspec.Struct, frozen=True):
    """The item after an event, and what it says about it."""

    item: ContentItem
    facts: tuple[Fact, ...] = ()


def moved(
    item: ContentItem, event: events.Event, state: ContentState, **changes: Any
) -> ContentItem:
    """The item in another state."""
    return msgspec.structs.replace(item, state=state, updated_at=event.at, **changes)


def said(
    item: ContentItem,
    event: events.Event,
    previous: ContentState,
    *,
    reason: str = "",
    waited: int | None = None,
) -> ContentStateChanged:
    """The fact of a move; ``item`` is the one after it."""
    return ContentStateChanged(
        content_id=item.id,
        state=item.state,
        previous=previous,
        actor_id=event.actor_id,
        version_hash=item.version_hash,
        unit_id=item.unit_id,
        channel_ids=item.channel_ids,
        reason=reason,
        waited_seconds=waited,
        approval=item.approval,
        is_sampled=item.is_sampled,
    )


def to(
    item: ContentItem, event: events.Event, state: ContentState, *, reason: str = "", **changes: Any
) -> Transition:
    """A move that says nothing but itself."""
    after = moved(item, event, state, **changes)
    return Transition(after, (said(after, event, item.state, reason=reason),))


def need_reason(reason: str, sentence: str) -> None:
    """Refuses ReasonRequired."""
    if not reason.strip():
        raise Refusal(RefusalCode.REASON_REQUIRED, sentence, field=("reason",))


def kept_time(item: ContentItem) -> Schedule | None:
    """The slot of a scheduled item stays as a proposal; else what was proposed before."""
    if item.due_at is None or item.wall_time is None or item.time_zone is None:
        return item.proposed
    return said_at(item.wall_time, item.time_zone, item.due_at)


def debt_opened(item: ContentItem) -> tuple[DebtOpened, ...]:
    """The fact of a review that an item owes from now on; none if it owes none."""
    if item.debt is not DebtState.OPEN or item.debt_due_at is None:
        return ()
    fact = DebtOpened(
        content_id=item.id,
        version_hash=item.version_hash or "",
        approval=item.approval or ApprovalKind.POST_REVIEW,
        due_at=item.debt_due_at,
        unit_id=item.unit_id,
        channel_ids=item.channel_ids,
    )
    return (fact,)
