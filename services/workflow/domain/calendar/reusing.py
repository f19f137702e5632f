"""When the approval of one occurrence holds for the next one of its series."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from contracts.workflow.content import ApprovalKind, ContentState, StagePlan
from services.workflow.domain.content.item import ContentItem, hash_of
from services.workflow.domain.content.rerouting import shape_of
from services.workflow.domain.content.rounds import ReviewRound, RoundState

LASTS: Final = timedelta(days=365)
"""An approval without an end of its own is re-used for a year after it was given."""
STANDING: Final = frozenset(
    {
        ContentState.APPROVED,
        ContentState.SCHEDULED,
        ContentState.PUBLISHING,
        ContentState.PUBLISHED,
        ContentState.PARTIALLY_PUBLISHED,
        ContentState.UNCONFIRMED,
    }
)
"""What was revoked, expired or sent back is no approval any more."""


def may_reuse(
    fresh: ContentItem,
    plans: tuple[StagePlan, ...],
    *,
    last: ContentItem,
    review: ReviewRound,
    due_at: datetime,
) -> bool:
    """The same words by the same people on the same route, approved by a review that still holds."""
    is_approved = (
        last.approval is ApprovalKind.REVIEWED
        and last.state in STANDING
        and review.state is RoundState.SATISFIED
        and last.round_id == review.id
    )
    is_same = (
        hash_of(fresh.variants) == last.version_hash == review.version_hash
        and (fresh.author_id, fresh.topic, fresh.topic_risk, fresh.unit_id)
        == (last.author_id, last.topic, last.topic_risk, last.unit_id)
        and shape_of(plans) == shape_of(review.stages)
    )
    return is_approved and is_same and due_at < lasts_until(last, review)


def lasts_until(last: ContentItem, review: ReviewRound) -> datetime:
    """When the approval ends: as said with it, else a year after it was first given."""
    given = (review.closed_at or review.opened_at) + LASTS
    return min(given, last.valid_until) if last.valid_until else given


def again(review: ReviewRound, *, ident: str, content_id: str) -> ReviewRound:
    """The same votes over the same hash, for another item. It keeps its dates, so it ends in time."""
    return msgspec.structs.replace(
        review,
        id=ident,
        content_id=content_id,
        explanation=f"{review.explanation} Approved before as the same words in this series.",
        votes=tuple(vote for vote in review.votes if vote.counts),
        waiting_ids=(),
        rev=0,
        seq=0,
    )
