"""What the facts of one item alone tell about it: the reader's side of DOMAIN 3."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from contracts.facts import Fact
from contracts.workflow.content import (
    ApprovalKind,
    ContentChecked,
    ContentEdited,
    ContentScheduled,
    ContentState,
    ContentStateChanged,
    ContentSubmitted,
    DebtState,
    ReviewOpened,
)
from contracts.workflow.review import DebtOpened, DebtSettled
from services.workflow.domain.content.item import ContentItem

S = ContentState
OUTSIDE_APPROVAL = (S.DRAFT, S.APPROVAL_EXPIRED)


class Replayed(NamedTuple):
    """The part of an item that decides what may go out."""

    state: ContentState = S.DRAFT
    version_hash: str | None = None
    approval: ApprovalKind | None = None
    debt: DebtState = DebtState.NONE
    slot: int = 0

    @classmethod
    def of(cls, item: ContentItem) -> Replayed:
        """The same part of the stored item."""
        return cls(item.state, item.version_hash, item.approval, item.debt, item.slot)


def replayed(facts: Iterable[Fact]) -> Replayed:
    """The state after the facts, from a draft."""
    told = Replayed()
    for fact in facts:
        told = _after(told, fact)
    return told


def _after(told: Replayed, fact: Fact) -> Replayed:  # noqa: C901, PLR0911 - a line for each fact
    match fact:
        case ContentEdited():
            return told._replace(state=S.DRAFT, approval=None, debt=DebtState.NONE)
        case ContentSubmitted(version_hash=frozen):
            return told._replace(state=S.CHECKING, version_hash=frozen)
        case ContentChecked(is_blocked=blocked):
            return told._replace(state=S.DRAFT if blocked else S.ROUTED)
        case ReviewOpened():
            return told._replace(state=S.IN_REVIEW, approval=None)
        case ContentScheduled(slot=slot):
            return told._replace(slot=slot)
        case ContentStateChanged():
            return _moved(told, fact)
        case DebtOpened():
            return told._replace(debt=DebtState.OPEN)
        case DebtSettled(state=state):
            return told._replace(debt=state)
    return told


def _moved(told: Replayed, fact: ContentStateChanged) -> Replayed:
    after = told._replace(state=fact.state, approval=fact.approval)
    if fact.state in OUTSIDE_APPROVAL:
        return after._replace(debt=DebtState.NONE)
    is_failed = fact.state is S.FAILED and fact.approval is ApprovalKind.POST_REVIEW
    return (
        after._replace(debt=DebtState.NONE) if is_failed and told.debt is DebtState.OPEN else after
    )
