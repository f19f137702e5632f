"""The machine of DOMAIN 7: one pure transition function, one table of what may happen when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from contracts.facts import Fact
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.corrections import (
    CorrectionAssessed,
    CorrectionDrafted,
    CorrectionKind,
    CorrectionState,
    CorrectionStateChanged,
    TargetAction,
    TargetOutcome,
    TargetPart,
)
from services.workflow.domain import wording
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.correction import (
    BEFORE_APPROVAL,
    UNDER_WAY,
    Correction,
    CorrectionTarget,
    draft_hash_of,
)
from services.workflow.domain.corrections.public import with_public
from services.workflow.domain.transition import Transition

S = CorrectionState
AFTER_APPROVAL: Final = UNDER_WAY | {S.PROPAGATED, S.CLOSED}
SEVERITIES: Final = range(4)

ALLOWED: Final[dict[type[events.Event], frozenset[CorrectionState]]] = {
    events.Assessed: frozenset({S.REPORTED}),
    events.Dismissed: BEFORE_APPROVAL,
    events.Drafted: frozenset({S.ASSESSED, S.DRAFTED}),
    events.Returned: frozenset({S.DRAFTED}),
    events.Approved: frozenset({S.DRAFTED}),
    events.Began: frozenset({S.APPROVED}),
    events.ChangeMoved: AFTER_APPROVAL,
    events.Accepted: frozenset({S.PARTLY_APPLIED}),
    events.TaskSettled: UNDER_WAY,
    events.Closed: frozenset({S.PROPAGATED}),
}


def transition(correction: Correction, event: events.Event) -> Transition[Correction]:
    """The only way in which a correction changes. Refuses WrongState, or what the guard says."""
    kind = type(event)
    if correction.state not in ALLOWED[kind]:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            f"A correction that is {correction.state.value} cannot take {kind.__name__}.",
            data={"state": correction.state.value, "event": kind.__name__},
        )
    step = _STEPS[kind](correction, event)
    return Transition(with_public(step.entity), step.facts)


def _to(
    before: Correction,
    event: events.Event,
    state: CorrectionState,
    *,
    why: str = "",
    **changes: Any,
) -> Transition[Correction]:
    """In the state; a change of state is said, with the reason."""
    after = msgspec.structs.replace(before, state=state, **changes)
    if state is before.state:
        return Transition(after)
    return Transition(after, (_said(after, event, previous=before.state, reason=why),))


def _said(
    after: Correction, event: events.Event, *, previous: CorrectionState, reason: str
) -> Fact:
    return CorrectionStateChanged(
        correction_id=after.id,
        content_id=after.content_id,
        unit_id=after.unit_id,
        state=after.state,
        previous=previous,
        actor_id=event.actor_id,
        reason=reason,
        number=after.number,
        targets=tuple(_part(t) for t in after.targets),
    )


def _part(target: CorrectionTarget) -> TargetPart:
    return TargetPart(
        delivery_id=target.delivery_id,
        channel_id=target.channel_id,
        action=target.action,
        outcome=target.outcome,
        change_id=target.change_id,
    )


def _with(first: Fact, step: Transition[Correction]) -> Transition[Correction]:
    return Transition(step.entity, (first, *step.facts))


def _assessed(correction: Correction, event: events.Assessed) -> Transition[Correction]:
    if event.severity not in SEVERITIES:
        raise wording.invalid("1 (grave) to 3 (slight), or 0 if it is nobody's slip.", "severity")
    if event.reach_estimate is not None and event.reach_estimate < 0:
        raise wording.invalid("A reach is not negative.", "reachEstimate")
    fact = CorrectionAssessed(
        correction_id=correction.id,
        error_class=event.error_class,
        severity=event.severity,
        reach_estimate=event.reach_estimate,
        is_self_reported=event.is_self_reported,
        assessed_by=event.actor_id or "",
    )
    step = _to(
        correction,
        event,
        S.ASSESSED,
        error_class=event.error_class,
        severity=event.severity,
        reach_estimate=event.reach_estimate,
        is_self_reported=event.is_self_reported,
        assessed_by=event.actor_id,
    )
    return _with(fact, step)


def _dismissed(correction: Correction, event: events.Dismissed) -> Transition[Correction]:
    why = wording.reason(event.reason)
    return _to(correction, event, S.DISMISSED, why=why, reason=why, closed_at=event.at)


def _drafted(correction: Correction, event: events.Drafted) -> Transition[Correction]:
    _refuse_unfit(correction, event)
    hashed = draft_hash_of(
        event.kind, event.targets, wrong=event.what_was_wrong, right=event.what_is_right
    )
    is_takedown = event.kind is CorrectionKind.TAKEDOWN
    fact = CorrectionDrafted(
        correction_id=correction.id,
        kind=event.kind,
        draft_hash=hashed,
        what_was_wrong=event.what_was_wrong,
        what_is_right=event.what_is_right,
        words=() if is_takedown else tuple(t.variant for t in event.targets),
        drafted_by=event.actor_id or "",
    )
    step = _to(
        correction,
        event,
        S.DRAFTED,
        kind=event.kind,
        what_was_wrong=event.what_was_wrong,
        what_is_right=event.what_is_right,
        targets=event.targets,
        draft_hash=hashed,
        drafted_by=event.actor_id,
        reason="",
    )
    return _with(fact, step)


_FITS: Final = {
    CorrectionKind.EDIT: frozenset({TargetAction.EDIT}),
    CorrectionKind.CORRECTION: frozenset({TargetAction.EDIT, TargetAction.POST}),
    CorrectionKind.RETRACTION: frozenset({TargetAction.POST}),
    CorrectionKind.TAKEDOWN: frozenset({TargetAction.DELETE}),
}
"""What each kind may do to a live post."""


def _refuse_unfit(correction: Correction, event: events.Drafted) -> None:
    same = [t.delivery_id for t in correction.targets] == [t.delivery_id for t in event.targets]
    if not same or not {t.action for t in event.targets} <= _FITS[event.kind]:
        raise wording.invalid("The draft does not fit what is to be put right.", "words")
    if event.kind is not CorrectionKind.TAKEDOWN and not all(t.words for t in event.targets):
        raise wording.invalid("Say what every one of its channels shall read.", "words")


def _returned(correction: Correction, event: events.Returned) -> Transition[Correction]:
    why = wording.reason(event.reason)
    return _to(correction, event, S.ASSESSED, why=why, reason=why)


def _approved(correction: Correction, event: events.Approved) -> Transition[Correction]:
    if event.actor_id is None or event.is_writer or event.actor_id == correction.drafted_by:
        raise Refusal(
            RefusalCode.OWN_WORDS,
            "Nobody approves the correction of their own words, or their own.",
        )
    if event.draft_hash != correction.draft_hash:
        raise Refusal(
            RefusalCode.HASH_MISMATCH,
            "The approval is about another draft than the present one.",
            field=("draftHash",),
        )
    return _to(correction, event, S.APPROVED, approved_by=event.actor_id, approved_at=event.at)


def _began(correction: Correction, event: events.Began) -> Transition[Correction]:
    if any(t.captured_at is None or t.was is None for t in event.targets):
        raise Refusal(RefusalCode.WRONG_STATE, "What stands there was not captured.")
    return _to(
        correction,
        event,
        S.APPLYING,
        targets=event.targets,
        propagated_to=event.propagated_to,
        number=event.number,
        is_public=True,
    )


def _change_moved(correction: Correction, event: events.ChangeMoved) -> Transition[Correction]:
    targets = tuple(
        msgspec.structs.replace(t, outcome=event.outcome, detail=event.detail)
        if t.change_id == event.change_id
        else t
        for t in correction.targets
    )
    return _derived(msgspec.structs.replace(correction, targets=targets), correction, event)


def _accepted(correction: Correction, event: events.Accepted) -> Transition[Correction]:
    why = wording.reason(event.reason)
    return _derived(msgspec.structs.replace(correction, accepted=why), correction, event)


def _task_settled(correction: Correction, event: events.TaskSettled) -> Transition[Correction]:
    passed = tuple(
        msgspec.structs.replace(p, state=event.state) if p.task_id == event.task_id else p
        for p in correction.propagated_to
    )
    return _derived(msgspec.structs.replace(correction, propagated_to=passed), correction, event)


def _derived(
    changed: Correction, before: Correction, event: events.Event
) -> Transition[Correction]:
    """Where it stands by its targets and tasks; what is propagated does not go back."""
    if before.state not in UNDER_WAY:
        return Transition(changed)
    outcomes = {t.outcome for t in changed.targets}
    if outcomes & {TargetOutcome.WAITING, TargetOutcome.PENDING}:
        return _to(changed, event, S.APPLYING, accepted="")
    is_whole = TargetOutcome.FAILED not in outcomes
    state = S.APPLIED if is_whole else S.PARTLY_APPLIED
    step = _to(changed, event, state, applied_at=changed.applied_at or event.at)
    if not (step.entity.is_settled and step.entity.is_passed_on):
        return step
    last = _to(step.entity, event, S.PROPAGATED)
    return Transition(last.entity, step.facts + last.facts)


def _closed(correction: Correction, event: events.Closed) -> Transition[Correction]:
    lesson = " ".join(event.lesson.split())
    if not lesson:
        raise Refusal(RefusalCode.REASON_REQUIRED, "Say what was learned.", field=("lesson",))
    lesson = wording.line(lesson, "lesson", limit=wording.REASON_LIMIT)
    return _to(correction, event, S.CLOSED, lesson=lesson, closed_at=event.at)


_STEPS: Final[dict[type[events.Event], Callable[[Correction, Any], Transition[Correction]]]] = {
    events.Assessed: _assessed,
    events.Dismissed: _dismissed,
    events.Drafted: _drafted,
    events.Returned: _returned,
    events.Approved: _approved,
    events.Began: _began,
    events.ChangeMoved: _change_moved,
    events.Accepted: _accepted,
    events.TaskSettled: _task_settled,
    events.Closed: _closed,
}
