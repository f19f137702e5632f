"""Which review an item needs: f(topic risk, channel, trust, crisis level, clauses), with the reason (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from contracts.workflow.content import StagePlan
from contracts.workflow.content_states import AfterReview, TopicRisk
from contracts.workflow.trust import TrustTier
from services.workflow.domain.trust.depth import Depth, Needs, depth_of
from services.workflow.domain.trust.seating import People, seated
from services.workflow.domain.trust.standing import Standing, Step
from services.workflow.domain.trust.wording import (
    depth_words,
    floor_sentence,
    next_step,
    record_of,
    sentences,
)

STAGE_DUE: Final = timedelta(hours=24)
"""How long a stage may wait before it is late, where nobody said otherwise."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """How an item gets approved, and the sentence that tells its author why.

    ``stages`` in order; without any the item goes out first, and ``after`` says what is read then:
    ``all``, or a ``sample`` drawn at publishing (``application/trust/sampling.is_drawn``). With
    stages ``after`` is ``none``: review before beats review after.
    """

    stages: tuple[StagePlan, ...]
    explanation: str
    risk: TopicRisk
    tier: TrustTier = TrustTier.T0
    after: AfterReview = AfterReview.NONE
    crisis_level: int = 0


def route(needs: Needs, standing: Standing, people: People, *, at: datetime) -> Route:
    """The route with its people; NoReviewer if there are too few of them.

    ``needs.tier`` is the tier of ``standing``, the least trusted of those who wrote the item.
    """
    depth = depth_of(needs)
    return Route(
        stages=seated(depth.stages, people, at),
        explanation=explained(needs, depth, standing),
        risk=needs.risk,
        tier=needs.tier,
        after=depth.after,
        crisis_level=needs.crisis_level,
    )


def explained(needs: Needs, depth: Depth, standing: Standing) -> str:
    """``No review before publishing here, ...: 64 clean, 1 self-reported slip. Next step: ...``."""
    return sentences(
        f"{depth_words(depth.stages, depth.after)}: {record_of(standing)}.",
        _why(needs),
        _hope(needs, depth, standing),
    )


def _why(needs: Needs) -> str:
    said = []
    if needs.is_lost:
        said.append("No route of your organization speaks of this item, so the strictest holds.")
    elif needs.rule is not None:
        said.append(f"Your organization's route is {needs.rule.name}.")
    if needs.crisis_level:
        said.append(f"Crisis level {needs.crisis_level}: nothing goes out unread.")
    if needs.is_asked:
        whom = ", ".join(needs.asked_seats) or "a reviewer"
        said.append(f"A clause asks for {whom}.")
    return " ".join(said)


def _hope(needs: Needs, depth: Depth, standing: Standing) -> str:
    step = _helpful_step(needs, depth, standing)
    if step is not None:
        return next_step(standing, step)
    return "Trust does not shorten this route." if needs.is_fixed else floor_sentence(needs.risk)


def _helpful_step(needs: Needs, depth: Depth, standing: Standing) -> Step | None:
    """The nearest tier that would change anything here."""
    for step in standing.steps_above:
        then = depth_of(msgspec.structs.replace(needs, tier=step.tier))
        if then.substance != depth.substance:
            return step
    return None
