"""Which review an item needs: route = f(topic risk, trust, crisis level), with its explanation (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import AfterReview, StageMode, StagePlan, TopicRisk
from contracts.workflow.trust import TrustTier

STAGE_DUE: Final = timedelta(hours=24)
"""How long a stage may wait before it is late."""

APPROVALS: Final = {TopicRisk.R0: 1, TopicRisk.R1: 1, TopicRisk.R2: 1, TopicRisk.R3: 2}
"""Approvals before publishing by topic risk. Without a trust record every item starts at full depth."""


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


def route_for(risk: TopicRisk, reviewer_ids: frozenset[str], at: datetime) -> Route:
    """One stage over everybody who may review; refused with NoReviewer if they are too few."""
    needed = APPROVALS[risk]
    if len(reviewer_ids) < needed:
        raise Refusal(
            RefusalCode.NO_REVIEWER,
            f"Topic risk {risk.value} needs {needed} reviewers who did not write the item;"
            f" there are {len(reviewer_ids)}.",
            data={"needed": needed, "found": len(reviewer_ids)},
        )
    mode = StageMode.ANY if needed == 1 else StageMode.QUORUM
    stage = StagePlan(
        order=1,
        mode=mode,
        quorum=needed,
        reviewer_ids=tuple(sorted(reviewer_ids)),
        due_at=at + STAGE_DUE,
    )
    return Route(stages=(stage,), explanation=_explain(risk, needed, len(reviewer_ids)), risk=risk)


def _explain(risk: TopicRisk, needed: int, seats: int) -> str:
    approvals = "one approval" if needed == 1 else f"{needed} approvals by different people"
    return f"Topic risk {risk.value}: {approvals} before publishing; {seats} people may review."
