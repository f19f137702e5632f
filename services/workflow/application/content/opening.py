"""Open a review round, or approve at once where the route says that review comes after."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from chassis.ports import Work
from contracts.workflow.content import AfterReview, StageMode, StagePlan
from services.workflow.application.content.approved import approved
from services.workflow.application.content.items import store
from services.workflow.application.content.review import eligible_reviewers, set_nudge
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition
from services.workflow.domain.content.rerouting import has_verdict
from services.workflow.domain.content.rounds import (
    ReviewRound,
    opened,
    waiting,
)
from services.workflow.domain.content.routes import Route
from services.workflow.domain.content.seats import askers_of
from services.workflow.domain.content.stages import stage_facts

ASKER_DUE: Final = timedelta(hours=24)
"""How long who asked for changes has to look again, where the route itself asks nobody."""


def open_review(
    item: ContentItem,
    route: Route,
    work: Work,
    *,
    again: str = "",
    appeal_of: str | None = None,
) -> ContentItem:
    """The item in review by this route, or approved if it is published first.

    ``again``: why the same words are asked about once more. Refuses NoReviewer.
    """
    stages = _with_askers(item, route.stages, work)
    after = AfterReview.NONE if stages else route.after
    round_id = work.ids.derived("round", item.id, str(item.rev)) if stages else None
    kind, more = (events.ReRouted, {"reason": again}) if again else (events.Routed, {})
    event = kind(
        at=work.now,
        actor_id=work.actor.person_id,
        round_id=round_id,
        stages=stages,
        explanation=route.explanation,
        after=after,
        **more,
    )
    step = transition(item, event)
    if round_id is None:
        return approved(store(step, work, reason=again), work)
    review = _opened(step.item, stages, work, appeal_of=appeal_of)
    return work.save(step.item, *step.facts, *stage_facts(None, review, step.item), reason=again)


def _opened(
    item: ContentItem, stages: tuple[StagePlan, ...], work: Work, *, appeal_of: str | None
) -> ReviewRound:
    review = ReviewRound(
        id=item.round_id or "",
        org_id=work.org_id,
        content_id=item.id,
        version_hash=item.version_hash or "",
        explanation=item.explanation,
        stages=opened(stages, work.now),
        opened_at=work.now,
        appeal_of=appeal_of,
    )
    review = work.add(waiting(review))
    set_nudge(review, work)
    return review


def _with_askers(
    item: ContentItem, stages: tuple[StagePlan, ...], work: Work
) -> tuple[StagePlan, ...]:
    """Who asked for changes sits in the next round, whatever its route is."""
    askers = _askers(item, work)
    if not askers:
        return stages
    if not stages:
        return (_of(askers, work),)
    fresh = tuple(p for p in askers if p not in stages[0].reviewer_ids)
    first = msgspec.structs.replace(stages[0], reviewer_ids=(*stages[0].reviewer_ids, *fresh))
    return (first, *stages[1:])


def _askers(item: ContentItem, work: Work) -> tuple[str, ...]:
    """Of the newest round that came to a verdict: one that was cut short answered nobody."""
    rounds = work.find(ReviewRound, content_id=item.id, order="-opened_at")
    last = next((review for review in rounds if has_verdict(review)), None)
    asked = askers_of(last) if last else ()
    return tuple(sorted(frozenset(asked) & eligible_reviewers(item, work))) if asked else ()


def _of(people: tuple[str, ...], work: Work) -> StagePlan:
    return StagePlan(
        order=1,
        mode=StageMode.ANY,
        quorum=1,
        reviewer_ids=people,
        due_at=work.now + ASKER_DUE,
    )
