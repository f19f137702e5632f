"""The content machine of DOMAIN 3: one pure transition function, one table of what may happen when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from contracts.facts import Fact
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentChecked,
    ContentEdited,
    ContentScheduled,
    ContentState,
    ContentStateChanged,
    ContentSubmitted,
    ReviewOpened,
)
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem

S = ContentState

UNDER_DELIVERY: Final = frozenset(
    {S.PUBLISHING, S.PUBLISHED, S.PARTIALLY_PUBLISHED, S.UNCONFIRMED, S.FAILED}
)

ALLOWED: Final[dict[type[events.Event], frozenset[ContentState]]] = {
    events.Edit: frozenset(
        {S.DRAFT, S.IN_REVIEW, S.APPROVED, S.SCHEDULED, S.CHANGES_REQUESTED, S.REJECTED}
    ),
    events.Submit: frozenset({S.DRAFT}),
    events.Checked: frozenset({S.CHECKING}),
    events.Routed: frozenset({S.ROUTED}),
    events.ReviewEnded: frozenset({S.IN_REVIEW}),
    events.Withdraw: frozenset({S.IN_REVIEW}),
    events.SetTime: frozenset({S.APPROVED}),
    events.Unschedule: frozenset({S.SCHEDULED}),
    events.Revoke: frozenset({S.APPROVED, S.SCHEDULED, S.PUBLISHING}),
    events.Due: frozenset({S.SCHEDULED}),
    events.Retried: frozenset({S.FAILED, S.PARTIALLY_PUBLISHED, S.UNCONFIRMED, S.PUBLISHING}),
    events.Delivered: UNDER_DELIVERY,
    events.Abandon: frozenset({S.DRAFT, S.REJECTED}),
}
REVIEW_ENDS: Final = frozenset({S.APPROVED, S.CHANGES_REQUESTED, S.REJECTED})


class Transition(msgspec.Struct, frozen=True):
    """The item after an event, and what it says about it."""

    item: ContentItem
    facts: tuple[Fact, ...] = ()


def transition(item: ContentItem, event: events.Event) -> Transition:
    """The only way in which an item changes. Raises Refusal WrongState, or the guard's refusal."""
    kind = type(event)
    if item.state not in ALLOWED[kind]:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            f"An item that is {item.state.value} cannot take {kind.__name__}.",
            data={"state": item.state.value, "event": kind.__name__},
        )
    return _STEPS[kind](item, event)


def _moved(
    item: ContentItem, event: events.Event, state: ContentState, **changes: Any
) -> ContentItem:
    return msgspec.structs.replace(item, state=state, updated_at=event.at, **changes)


def _said(
    item: ContentItem,
    event: events.Event,
    previous: ContentState,
    *,
    reason: str = "",
    waited: int | None = None,
) -> ContentStateChanged:
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
    )


def _edit(item: ContentItem, event: events.Edit) -> Transition:
    editor = event.actor_id or ""
    co_authors = item.co_author_ids
    if editor and not item.is_written_by(editor):
        co_authors = (*co_authors, editor)
    after = _moved(
        item,
        event,
        S.DRAFT,
        variants=event.variants,
        channel_ids=tuple(v.channel_id for v in event.variants),
        co_author_ids=co_authors,
        round_id=None,
        findings=(),
        due_at=None,
    )
    fact = ContentEdited(
        content_id=item.id, editor_id=editor, variants=event.variants, previous=item.state
    )
    return Transition(after, (fact,))


def _submit(item: ContentItem, event: events.Submit) -> Transition:
    after = _moved(
        item, event, S.CHECKING, version=item.version + 1, version_hash=event.version_hash
    )
    fact = ContentSubmitted(
        content_id=item.id,
        version=after.version,
        version_hash=event.version_hash,
        variants=item.variants,
        submitted_by=event.actor_id or "",
    )
    return Transition(after, (fact,))


def _checked(item: ContentItem, event: events.Checked) -> Transition:
    blocked = any(f.blocks for f in event.findings)
    after = _moved(item, event, S.DRAFT if blocked else S.ROUTED, findings=event.findings)
    fact = ContentChecked(
        content_id=item.id,
        version_hash=item.version_hash or "",
        findings=event.findings,
        is_blocked=blocked,
    )
    return Transition(after, (fact,))


def _routed(item: ContentItem, event: events.Routed) -> Transition:
    if not event.stages or not all(stage.reviewer_ids for stage in event.stages):
        raise Refusal(RefusalCode.NO_REVIEWER, "Nobody may review this item.")
    after = _moved(item, event, S.IN_REVIEW, round_id=event.round_id, explanation=event.explanation)
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


def _review_ended(item: ContentItem, event: events.ReviewEnded) -> Transition:
    if event.state not in REVIEW_ENDS:
        raise ValueError(f"a review cannot end in {event.state}")
    after = _moved(item, event, event.state)
    return Transition(
        after, (_said(after, event, item.state, reason=event.reason, waited=event.waited_seconds),)
    )


def _withdraw(item: ContentItem, event: events.Withdraw) -> Transition:
    if event.actor_id != item.author_id:
        raise Refusal(RefusalCode.FORBIDDEN, "Only the author can withdraw an item from review.")
    return _to(item, event, S.DRAFT, round_id=None)


def _set_time(item: ContentItem, event: events.SetTime) -> Transition:
    after = _moved(
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
    return Transition(after, (fact, _said(after, event, item.state)))


def _unschedule(item: ContentItem, event: events.Unschedule) -> Transition:
    return _to(item, event, S.APPROVED, due_at=None)


def _revoke(item: ContentItem, event: events.Revoke) -> Transition:
    if not event.reason.strip():
        raise Refusal(
            RefusalCode.REASON_REQUIRED, "Say why the approval is taken back.", field=("reason",)
        )
    return _to(item, event, S.DRAFT, reason=event.reason, round_id=None, due_at=None)


def _due(item: ContentItem, event: events.Due) -> Transition:
    return _to(item, event, S.PUBLISHING)


def _retried(item: ContentItem, event: events.Retried) -> Transition:
    return Transition(item) if item.state is S.PUBLISHING else _to(item, event, S.PUBLISHING)


def _delivered(item: ContentItem, event: events.Delivered) -> Transition:
    if event.state not in UNDER_DELIVERY:
        raise ValueError(f"deliveries cannot make an item {event.state}")
    return Transition(item) if event.state is item.state else _to(item, event, event.state)


def _abandon(item: ContentItem, event: events.Abandon) -> Transition:
    if not event.reason.strip():
        raise Refusal(
            RefusalCode.REASON_REQUIRED, "Say why the item is given up.", field=("reason",)
        )
    return _to(item, event, S.ARCHIVED, reason=event.reason)


def _to(
    item: ContentItem, event: events.Event, state: ContentState, *, reason: str = "", **changes: Any
) -> Transition:
    after = _moved(item, event, state, **changes)
    return Transition(after, (_said(after, event, item.state, reason=reason),))


_STEPS: Final[dict[type[events.Event], Callable[[ContentItem, Any], Transition]]] = {
    events.Edit: _edit,
    events.Submit: _submit,
    events.Checked: _checked,
    events.Routed: _routed,
    events.ReviewEnded: _review_ended,
    events.Withdraw: _withdraw,
    events.SetTime: _set_time,
    events.Unschedule: _unschedule,
    events.Revoke: _revoke,
    events.Due: _due,
    events.Retried: _retried,
    events.Delivered: _delivered,
    events.Abandon: _abandon,
}
