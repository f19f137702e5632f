"""A new post that answers the wrong one, where that cannot be edited, or is to stay to be seen.

It is an item like any other: its words are frozen, checked, and approved by a round of one stage,
so that what goes out has a satisfied round. The approval of the correction is the vote.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chassis.ports import Work
from contracts.workflow.content import (
    ContentDrafted,
    ContentKind,
    ContentState,
    ScheduleContent,
    StageMode,
    StagePlan,
    Verdict,
)
from services.workflow.application.content.deciding import decided
from services.workflow.application.content.items import person_of
from services.workflow.application.content.opening import open_review
from services.workflow.application.content.review import eligible_reviewers
from services.workflow.application.content.schedule import schedule_content
from services.workflow.application.content.submit import frozen_and_checked
from services.workflow.application.content.vote import under_review
from services.workflow.application.corrections.draft import refuse_blocked
from services.workflow.application.deliveries.changes import refuse_not_live
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import Vote
from services.workflow.domain.content.routes import Route
from services.workflow.domain.content.voting import cast
from services.workflow.domain.corrections.correction import Correction, CorrectionTarget
from services.workflow.domain.deliveries.delivery import Delivery

LATENESS: Final = 7 * 24 * 3600
"""Seconds: what is wrong in public is put right late rather than never."""
DUE: Final = timedelta(hours=24)
WHY: Final = "The short route of a correction: one reviewer who wrote none of it."


def answering_post(
    target: CorrectionTarget, correction: Correction, original: Delivery, *, work: Work
) -> Delivery:
    """The due delivery of a new post that answers the original. Refuses NotLive, BlockedByClause."""
    refuse_not_live(original, work)
    item = _drafted(target, correction, original, work=work)
    item = frozen_and_checked(item, item.author_id, work)
    if item.state is ContentState.DRAFT:
        refuse_blocked(tuple(f for f in item.findings if f.blocks))
    item = _voted(open_review(item, _short(item, work), work), work)
    schedule_content(ScheduleContent(content_id=item.id, max_lateness_seconds=LATENESS), work)
    (delivery,) = work.find(Delivery, content_id=item.id)
    return delivery


def _drafted(
    target: CorrectionTarget, correction: Correction, original: Delivery, *, work: Work
) -> ContentItem:
    wrong = work.get(ContentItem, correction.content_id)
    item = ContentItem(
        id=work.ids.derived("correcting post", correction.id, original.id),
        org_id=work.org_id,
        kind=ContentKind.POST,
        state=ContentState.DRAFT,
        author_id=correction.drafted_by or "",
        unit_id=wrong.unit_id,
        channel_ids=(target.channel_id,),
        topic_risk=wrong.topic_risk,
        variants=(target.variant,),
        in_reply_to=original.external_id,
        topic=wrong.topic,
        language=wrong.language,
        corrects_id=correction.id,
        created_at=work.now,
        updated_at=work.now,
    )
    fact = ContentDrafted(
        content_id=item.id,
        kind=item.kind,
        author_id=item.author_id,
        unit_id=item.unit_id,
        topic_risk=item.topic_risk,
        conversation_id=None,
        variants=item.variants,
        topic=item.topic,
        language=item.language,
    )
    return work.add(item, fact)


def _short(item: ContentItem, work: Work) -> Route:
    stage = StagePlan(
        order=1,
        mode=StageMode.ANY,
        quorum=1,
        reviewer_ids=tuple(sorted(eligible_reviewers(item, work))),
        due_at=work.now + DUE,
        name="Correction",
    )
    return Route(stages=(stage,), explanation=WHY, risk=item.topic_risk)


def _voted(item: ContentItem, work: Work) -> ContentItem:
    review = under_review(item, work)
    vote = Vote(
        reviewer_id=person_of(work),
        stage=0,
        verdict=Verdict.APPROVE,
        version_hash=item.version_hash or "",
        reason="The correction was approved.",
        cast_at=work.now,
    )
    after = cast(review, item, vote, eligible=eligible_reviewers(item, work))
    return decided(item, review, after, work=work)
