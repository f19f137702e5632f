"""How deep a review goes: the union of what the floor of the topic and the tier of trust ask for.

Review before publishing beats review after. What is missing makes it deeper, never shallower.
"""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.workflow.content_states import AfterReview, StageMode, TopicRisk
from contracts.workflow.trust import RouteRule, RouteStage, TrustTier
from services.workflow.domain.trust.standing import ORDER

LEGAL: Final = "legal"
ONE_READER: Final = RouteStage(name="Review")
STRICTEST: Final = RouteStage(name="Review", mode=StageMode.QUORUM, quorum=2, seats=(LEGAL,))
"""Legal and one more: the floor of R3, and what holds where no route of the organization does."""

BUILT_IN: Final = {
    TopicRisk.R0: ONE_READER,
    TopicRisk.R1: ONE_READER,
    TopicRisk.R2: ONE_READER,
    TopicRisk.R3: STRICTEST,
}
"""Full stages by topic risk, for organizations that have set no routes."""


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What the depth depends on.

    ``rule``: the organization's route for the item, if one speaks of it; ``has_rules``: it has set
    some. ``is_asked``: a clause of severity route found something; ``asked_seats``: for whom.
    """

    risk: TopicRisk
    tier: TrustTier
    rule: RouteRule | None = None
    has_rules: bool = False
    crisis_level: int = 0
    is_asked: bool = False
    asked_seats: tuple[str, ...] = ()

    @property
    def is_lost(self) -> bool:
        """The organization has routes and none speaks of the item: the strictest holds."""
        return self.has_rules and self.rule is None

    @property
    def is_fixed(self) -> bool:
        """Trust does not shorten this route."""
        return self.is_lost or (self.rule is not None and self.rule.is_fixed)


class Depth(msgspec.Struct, frozen=True, kw_only=True):
    """``stages`` before publishing, or what is read ``after``; never both, never neither."""

    stages: tuple[RouteStage, ...]
    after: AfterReview

    @property
    def substance(self) -> tuple[object, ...]:
        """What an author notices: who has to approve, not what the stages are called."""
        each = ((s.mode, votes_of(s), s.seats, s.role) for s in self.stages)
        return (self.after, *each)


def depth_of(needs: Needs) -> Depth:
    """The stages, without people."""
    stages = _asked(needs, _with_floor(needs.risk, _by_tier(needs)))
    if stages:
        return Depth(stages=stages, after=AfterReview.NONE)
    is_sampled = counted_tier(needs) is TrustTier.T3 and needs.risk is TopicRisk.R0
    return Depth(stages=(), after=AfterReview.SAMPLE if is_sampled else AfterReview.ALL)


def counted_tier(needs: Needs) -> TrustTier:
    """The tier as far as it helps: not on fixed routes, and in a crisis up to one reviewer."""
    if needs.is_fixed:
        return TrustTier.T0
    most = TrustTier.T1 if needs.crisis_level > 0 else TrustTier.T3
    return min(needs.tier, most, key=ORDER.index)


def _by_tier(needs: Needs) -> tuple[RouteStage, ...]:
    match counted_tier(needs):
        case TrustTier.T0:
            return _full(needs)
        case TrustTier.T1:
            return (ONE_READER,)
        case _:
            return ()


def _full(needs: Needs) -> tuple[RouteStage, ...]:
    if needs.rule is not None:
        return needs.rule.stages
    return (STRICTEST if needs.is_lost else BUILT_IN[needs.risk],)


def _with_floor(risk: TopicRisk, stages: tuple[RouteStage, ...]) -> tuple[RouteStage, ...]:
    match risk:
        case TopicRisk.R3:
            return _with_legal_and_one_more(stages)
        case TopicRisk.R2:
            return stages or (ONE_READER,)
        case _:
            return stages


def _with_legal_and_one_more(stages: tuple[RouteStage, ...]) -> tuple[RouteStage, ...]:
    if stages in ((), (ONE_READER,)):
        return (STRICTEST,)
    found = with_seats(stages, (LEGAL,), "Legal")
    return found if sum(map(votes_of, found)) > 1 else (*found, ONE_READER)


def with_seats(
    stages: tuple[RouteStage, ...], seats: tuple[str, ...], name: str
) -> tuple[RouteStage, ...]:
    """The stages, and one more for those of the seats that no stage asks for."""
    present = {seat for stage in stages for seat in stage.seats}
    missing = tuple(dict.fromkeys(seat for seat in seats if seat not in present))
    return (*stages, RouteStage(name=name, seats=missing)) if missing else stages


def votes_of(stage: RouteStage) -> int:
    """How many approvals by different people it takes at least."""
    return max(stage.quorum if stage.mode is StageMode.QUORUM else 1, len(stage.seats))


def _asked(needs: Needs, stages: tuple[RouteStage, ...]) -> tuple[RouteStage, ...]:
    if not needs.is_asked:
        return stages
    return with_seats(stages, needs.asked_seats, "Clauses") or (ONE_READER,)
