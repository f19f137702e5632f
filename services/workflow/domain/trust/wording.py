"""The sentence that tells an author why this depth, and what comes next."""

from __future__ import annotations

from datetime import datetime

from contracts.workflow.content_states import AfterReview, TopicRisk
from contracts.workflow.trust import TrustTier
from services.workflow.domain.trust.standing import Standing

_AFTER = {
    AfterReview.ALL: "no review before publishing here, all of it read within 24 hours after",
    AfterReview.SAMPLE: "no review before publishing here, one in five read after",
}


def depth_sentence(after: AfterReview, before: str, standing: Standing) -> str:
    """``no review before publishing here: 64 clean, 1 self-reported slip. Next step: ...``.

    ``before`` describes the review before publishing, where there is one.
    """
    depth = _AFTER.get(after, before)
    return f"{depth[:1].upper()}{depth[1:]}: {record_of(standing)}. {next_step(standing)}"


def record_of(standing: Standing) -> str:
    """``64 clean, 1 self-reported slip``."""
    parts = [f"{standing.clean} clean"]
    others = standing.incidents - standing.self_reported
    if others:
        parts.append(_counted(others, "incident"))
    if standing.self_reported:
        parts.append(_counted(standing.self_reported, "self-reported slip"))
    return ", ".join(parts)


def next_step(standing: Standing) -> str:
    """What the next tier asks for."""
    if standing.probation_until is not None:
        return f"Full review until {_day(standing.probation_until)}, after a grave incident."
    step = standing.next_step
    if step is None:
        return "There is no step above T3."
    if standing.clean >= step.clean:
        return f"Next step: {step.tier} once your score is {step.score:.2f}; it is {standing.score:.2f}."
    return (
        f"Next step: {step.tier} at {step.clean} clean, if your score is {step.score:.2f} by then."
    )


def floor_sentence(risk: TopicRisk) -> str:
    """Why trust does not help further."""
    floors = {
        TopicRisk.R0: "",
        TopicRisk.R1: "Topics of risk R1 are always read, after publishing at the latest.",
        TopicRisk.R2: "Topics of risk R2 always have one reviewer before publishing.",
        TopicRisk.R3: "Topics of risk R3 always have legal and one more before publishing.",
    }
    return floors[risk]


def tier_sentence(tier: TrustTier) -> str:
    """What a tier means, in a few words."""
    return {
        TrustTier.T0: "all stages of review",
        TrustTier.T1: "one reviewer",
        TrustTier.T2: "publish, then all of it is read",
        TrustTier.T3: "publish, then one in five is read",
    }[tier]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
