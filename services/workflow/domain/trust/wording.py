"""The sentence that tells an author why this depth, and what comes next."""

from __future__ import annotations

from datetime import datetime

from contracts.workflow.content_states import AfterReview, StageMode, TopicRisk
from contracts.workflow.trust import RouteStage
from services.workflow.domain.trust.standing import Standing, Step

_AFTER = {
    AfterReview.ALL: "no review before publishing here, all of it read within 24 hours after",
    AfterReview.SAMPLE: "no review before publishing here, one in five read after",
}


def before_words(stages: tuple[RouteStage, ...]) -> str:
    """``one approval``, ``2 approvals, legal among them``, ``2 stages (Facts: one approval; ...)``."""
    if len(stages) == 1:
        return f"{_stage_words(stages[0])} before publishing"
    each = "; ".join(f"{stage.name}: {_stage_words(stage)}" for stage in stages)
    return f"{len(stages)} stages before publishing ({each})"


def _stage_words(stage: RouteStage) -> str:
    seats = ", ".join(stage.seats)
    if stage.mode is StageMode.ALL:
        return "approval by all who may review" + (f" with {seats} among them" if seats else "")
    if stage.mode is StageMode.ANY and seats:
        return f"approval by {seats}"
    approvals = "one approval" if stage.quorum == 1 else f"{stage.quorum} approvals"
    return approvals + (f" with {seats} among them" if seats else "")


def depth_words(stages: tuple[RouteStage, ...], after: AfterReview) -> str:
    """What comes before publishing, or that nothing does and what comes after."""
    return _AFTER.get(after) or before_words(stages)


def sentences(*parts: str) -> str:
    """One text of those that say something, the first letter large."""
    text = " ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def record_of(standing: Standing) -> str:
    """``64 clean, 1 self-reported slip``."""
    if not standing.clean and not standing.incidents:
        return "no record here yet"
    parts = [f"{standing.clean} clean"]
    others = standing.incidents - standing.self_reported
    if others:
        parts.append(_counted(others, "incident"))
    if standing.self_reported:
        parts.append(_counted(standing.self_reported, "self-reported slip"))
    return ", ".join(parts)


def next_step(standing: Standing, step: Step) -> str:
    """What the tier asks for that would change the depth."""
    if standing.probation_until is not None:
        return f"Full review until {_day(standing.probation_until)}, after a grave incident."
    if standing.clean >= step.clean:
        score = int(standing.score * 100) / 100  # rounding up would promise what is not there
        return f"Next step: {step.tier} when your score is {step.score:.2f}; it is {score:.2f}."
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


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
