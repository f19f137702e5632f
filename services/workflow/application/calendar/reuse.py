"""Re-use the approval of the occurrence before, where the organization allows it."""

from __future__ import annotations

from typing import Final

import msgspec

from chassis.ports import Work
from contracts.workflow.content import ContentState
from services.workflow.application.calendar.settings import calendar_of
from services.workflow.application.content.approved import approved
from services.workflow.application.content.items import store
from services.workflow.domain.calendar.reusing import again, lasts_until, may_reuse
from services.workflow.domain.calendar.series import ContentSeries
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition
from services.workflow.domain.content.rounds import ReviewRound
from services.workflow.domain.content.routes import Route

REASON: Final = "The same words were approved before in this series."


def submitted_as_before(item: ContentItem, route: Route, work: Work) -> ContentItem | None:
    """The checked item approved by the votes of an occurrence before it; None if they do not do."""
    if not route.stages or not calendar_of(work).reuses_approval:
        return None
    known = _approval_for(item, route, work)
    return _approved_by(item, *known, route=route, work=work) if known else None


def _approval_for(
    item: ContentItem, route: Route, work: Work
) -> tuple[ContentItem, ReviewRound] | None:
    series = work.get(ContentSeries, item.series_id or "")
    due_at = item.planned_at or work.now
    for made in reversed(series.recent):
        last = work.first(ContentItem, id=made.content_id)
        if last is None or last.id == item.id or last.round_id is None:
            continue
        review = work.get(ReviewRound, last.round_id)
        if may_reuse(item, route.stages, last=last, review=review, due_at=due_at):
            return last, review
    return None


def _approved_by(
    item: ContentItem, last: ContentItem, review: ReviewRound, *, route: Route, work: Work
) -> ContentItem:
    """Through the same two steps as every review, with the votes that were given."""
    kept = again(
        review, ident=work.ids.derived("round", item.id, str(item.rev)), content_id=item.id
    )
    opened = events.Routed(
        at=work.now, round_id=kept.id, stages=route.stages, explanation=kept.explanation
    )
    item = store(transition(item, opened), work)
    work.add(kept)
    ended = events.ReviewEnded(
        at=work.now, state=ContentState.APPROVED, reason=REASON, waited_seconds=0
    )
    step = transition(item, ended)
    until = lasts_until(last, review)
    after = msgspec.structs.replace(step.item, valid_until=until)
    return approved(work.save(after, *step.facts, reason=REASON), work)
