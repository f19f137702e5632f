"""The machine of DOMAIN 7 over every order of events, and what is always true of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.refusals import Refusal
from contracts.workflow.corrections import (
    CorrectionKind,
    CorrectionState,
    CorrectionStateChanged,
    ErrorClass,
    FoundBy,
    TargetAction,
    TargetOutcome,
    TaskState,
)
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.correction import (
    Correction,
    CorrectionTarget,
    Propagation,
)
from services.workflow.domain.corrections.machine import ALLOWED, transition

S = CorrectionState
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ACTIONS = {
    CorrectionKind.EDIT: TargetAction.EDIT,
    CorrectionKind.CORRECTION: TargetAction.POST,
    CorrectionKind.RETRACTION: TargetAction.POST,
    CorrectionKind.TAKEDOWN: TargetAction.DELETE,
}
NEXT = {
    S.REPORTED: {S.ASSESSED, S.DISMISSED},
    S.ASSESSED: {S.DRAFTED, S.DISMISSED},
    S.DRAFTED: {S.APPROVED, S.ASSESSED, S.DISMISSED},
    S.APPROVED: {S.APPLYING},
    S.APPLYING: {S.APPLIED, S.PARTLY_APPLIED},
    S.APPLIED: {S.PROPAGATED, S.APPLYING, S.PARTLY_APPLIED},
    S.PARTLY_APPLIED: {S.APPLYING, S.APPLIED, S.PROPAGATED},
    S.PROPAGATED: {S.CLOSED},
    S.CLOSED: set(),
    S.DISMISSED: set(),
}
"""Every arrow that may be drawn."""


def a_target(n: int, **changes: Any) -> CorrectionTarget:
    """A live post."""
    fields: dict[str, Any] = {
        "delivery_id": f"delivery-{n}",
        "channel_id": f"channel-{n}",
        "channel_name": "City",
        "external_id": str(n),
        "url": f"https://x.example/{n}",
        "live_at": NOW,
    }
    return CorrectionTarget(**(fields | changes))


def a_correction(**changes: Any) -> Correction:
    """A new report about two live posts."""
    fields: dict[str, Any] = {
        "id": "correction-1",
        "org_id": "org-1",
        "content_id": "item-1",
        "unit_id": "unit-1",
        "state": S.REPORTED,
        "targets": (a_target(1), a_target(2)),
        "reported_by": "ann",
        "reported_at": NOW,
        "found_by": FoundBy.AUTHOR,
        "found_at": NOW,
        "live_at": NOW,
        "what_was_wrong": "The day.",
    }
    return Correction(**(fields | changes))


def drafted(correction: Correction, kind: CorrectionKind, words: str = "Tuesday.") -> Any:
    """A draft of ann's for every target."""
    targets = tuple(
        msgspec.structs.replace(t, action=ACTIONS[kind], words=words) for t in correction.targets
    )
    return events.Drafted(
        at=NOW,
        actor_id="ann",
        kind=kind,
        what_was_wrong="The day.",
        what_is_right="Tuesday.",
        targets=targets,
    )


class CorrectionWorld(RuleBasedStateMachine):
    """Any event at any moment: what the machine lets through keeps the promises."""

    @initialize(far=st.integers(0, 4), units=st.integers(0, 2))
    def begin(self, far: int, units: int) -> None:
        """So many steps of the plain way are taken first: chance alone seldom comes so far."""
        self.correction = a_correction()
        self.at = NOW
        self.said: list[CorrectionStateChanged] = []
        steps: tuple[Callable[[], None], ...] = (
            partial(self.assess, severity=2, reach=None),
            partial(self.draft, kind=CorrectionKind.CORRECTION, words="Tuesday."),
            partial(self.approve, who="kim", right=True, is_writer=False),
            partial(self.begin_applying, units=units, captures=True),
        )
        for step in steps[:far]:
            step()

    def try_it(self, event: events.Event) -> None:
        """Apply it; a refusal changes nothing."""
        before = self.correction
        try:
            step = transition(before, event)
        except Refusal:
            return
        assert before.state in ALLOWED[type(event)]
        self.correction = step.entity
        self.said += [f for f in step.facts if isinstance(f, CorrectionStateChanged)]

    def moment(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    @rule(severity=st.integers(-1, 4), reach=st.none() | st.integers(-1, 9))
    def assess(self, severity: int, reach: int | None) -> None:
        self.try_it(
            events.Assessed(
                at=self.moment(),
                actor_id="bob",
                error_class=ErrorClass.FACTUAL,
                severity=severity,
                reach_estimate=reach,
                is_self_reported=True,
            )
        )

    @rule(reason=st.sampled_from(("", "No mistake.")))
    def dismiss(self, reason: str) -> None:
        self.try_it(events.Dismissed(at=self.moment(), actor_id="bob", reason=reason))

    @rule(kind=st.sampled_from(CorrectionKind), words=st.sampled_from(("", "Tuesday.")))
    def draft(self, kind: CorrectionKind, words: str) -> None:
        self.try_it(drafted(self.correction, kind, words))

    @rule()
    def send_back(self) -> None:
        self.try_it(events.Returned(at=self.moment(), actor_id="kim", reason="Shorter."))

    @rule(who=st.sampled_from(("ann", "kim", None)), right=st.booleans(), is_writer=st.booleans())
    def approve(self, who: str | None, right: bool, is_writer: bool) -> None:
        hashed = (self.correction.draft_hash or "") if right else "0" * 64
        self.try_it(
            events.Approved(at=self.moment(), actor_id=who, draft_hash=hashed, is_writer=is_writer)
        )

    @rule(units=st.integers(0, 2), captures=st.booleans())
    def begin_applying(self, units: int, captures: bool) -> None:
        more = {"was": "Monday.", "captured_at": NOW} if captures else {}
        targets = tuple(
            msgspec.structs.replace(
                t, change_id=f"change-{t.delivery_id}", outcome=TargetOutcome.PENDING, **more
            )
            for t in self.correction.targets
        )
        passed = tuple(Propagation(unit_id=f"u{n}", task_id=f"t{n}") for n in range(units))
        event = events.Began(
            at=self.moment(), actor_id="kim", targets=targets, propagated_to=passed, number=1
        )
        self.try_it(event)

    @rule(n=st.integers(1, 2), outcome=st.sampled_from(TargetOutcome))
    def move(self, n: int, outcome: TargetOutcome) -> None:
        event = events.ChangeMoved(
            at=self.moment(), change_id=f"change-delivery-{n}", outcome=outcome
        )
        self.try_it(event)

    @rule()
    def accept(self) -> None:
        self.try_it(events.Accepted(at=self.moment(), actor_id="bob", reason="By hand."))

    @rule(n=st.integers(0, 1), state=st.sampled_from((TaskState.DONE, TaskState.DECLINED)))
    def settle_task(self, n: int, state: TaskState) -> None:
        event = events.TaskSettled(at=self.moment(), task_id=f"t{n}", state=state)
        self.try_it(event)

    @rule(lesson=st.sampled_from(("", "Ask first.")))
    def close(self, lesson: str) -> None:
        self.try_it(events.Closed(at=self.moment(), actor_id="bob", lesson=lesson))

    @invariant()
    def facts_tell_every_state_in_order(self) -> None:
        states = [S.REPORTED, *(fact.state for fact in self.said)]
        assert states[-1] is self.correction.state
        for fact, before in zip(self.said, states, strict=False):
            assert fact.previous is before
            assert fact.state in NEXT[before]

    @invariant()
    def nothing_changes_without_an_approval_by_somebody_else(self) -> None:
        one = self.correction
        if any(t.change_id for t in one.targets):
            assert one.approved_by not in (None, one.drafted_by)
            assert all(t.was is not None and t.captured_at for t in one.targets)

    @invariant()
    def the_public_sees_it_from_its_approval_on(self) -> None:
        one = self.correction
        is_past = one.state not in (S.REPORTED, S.ASSESSED, S.DRAFTED, S.APPROVED, S.DISMISSED)
        assert one.is_public == is_past
        assert (one.public is not None) == is_past
        if one.public is not None:
            assert one.public.state is one.state

    @invariant()
    def the_state_is_what_targets_and_tasks_say(self) -> None:
        one = self.correction
        outcomes = {t.outcome for t in one.targets}
        is_open = bool(outcomes & {TargetOutcome.WAITING, TargetOutcome.PENDING})
        match one.state:
            case S.APPLYING:
                assert is_open
            case S.APPLIED:
                assert outcomes == {TargetOutcome.DONE}
                assert not one.is_passed_on
            case S.PARTLY_APPLIED:
                assert TargetOutcome.FAILED in outcomes
                assert not is_open
                assert not (one.accepted and one.is_passed_on)
            case S.PROPAGATED | S.CLOSED:
                assert one.is_passed_on
            case _:
                pass


TestCorrectionWorld = CorrectionWorld.TestCase
TestCorrectionWorld.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_a_retried_change_takes_an_acceptance_back() -> None:
    targets = tuple(
        a_target(n, change_id=f"c{n}", outcome=o, action=TargetAction.EDIT)
        for n, o in ((1, TargetOutcome.DONE), (2, TargetOutcome.FAILED))
    )
    task = Propagation(unit_id="u", task_id="t")
    partly = a_correction(state=S.PARTLY_APPLIED, targets=targets, propagated_to=(task,))
    accepted = transition(partly, events.Accepted(at=NOW, reason="By hand.")).entity
    assert accepted.state is S.PARTLY_APPLIED
    again = events.ChangeMoved(at=NOW, change_id="c2", outcome=TargetOutcome.PENDING)
    moving = transition(accepted, again).entity
    assert (moving.state, moving.accepted) == (S.APPLYING, "")
