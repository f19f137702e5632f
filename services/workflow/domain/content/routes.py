"""Which review an item needs: route = f(topic risk), stored with its explanation (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import StageMode, StagePlan, TopicRisk

STAGE_DUE: Final = timedelta(hours=24)
"""How long a stage may wait before it is late."""

APPROVALS: Final = {TopicRisk.R0: 1, TopicRisk.R1: 1, TopicRisk.R2: 1, TopicRisk.R3: 2}
"""Approvals before publishing by topic risk. Without a trust record every item starts at full depth."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of a round and the sentence that tells the author why."""

    stages: tuple[StagePlan, ...]
    explanation: str


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
    return Route(stages=(stage,), explanation=_explain(risk, needed, len(reviewer_ids)))


def _explain(risk: TopicRisk, needed: int, seats: int) -> str:
    approvals = "one approval" if needed == 1 else f"{needed} approvals by different people"
    return f"Topic risk {risk.value}: {approvals} before publishing; {seats} people may review."
