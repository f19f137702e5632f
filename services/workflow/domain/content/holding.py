"""By what right an item goes out: the one question that is asked again before bytes leave."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from contracts.workflow.content import ApprovalKind, DebtState
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, RoundState

WITH_DEBT: Final = frozenset({ApprovalKind.POST_REVIEW, ApprovalKind.EMERGENCY})


def may_go_out(
    item: ContentItem, review: ReviewRound | None, version_hash: str, *, now: datetime
) -> bool:
    """Whether this version is approved now: a satisfied round over it, a debt, or a spared draw."""
    is_outlived = item.valid_until is not None and item.valid_until <= now
    if item.version_hash != version_hash or is_outlived:
        return False
    if item.approval in WITH_DEBT:
        return item.debt in (DebtState.OPEN, DebtState.CLEARED)
    if item.approval is ApprovalKind.NOT_SAMPLED:
        return item.is_sampled is False
    return (
        review is not None
        and review.id == item.round_id
        and review.state is RoundState.SATISFIED
        and review.version_hash == version_hash
    )
