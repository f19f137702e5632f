"""Whatever happens to a conversation, in whatever order, what must hold holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.conversations import (
    ClockState,
    ConversationReplied,
    ConversationState,
    ConversationStateChanged,
)
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.clocks import clock_of
from services.workflow.domain.conversations.conversation import Conversation, Reply
from services.workflow.domain.conversations.growing import Growth, open_thread
from services.workflow.domain.conversations.machine import ALLOWED, transition
from services.workflow.domain.conversations.mention import attached_of, message_of
from services.workflow.domain.conversations.routing import decide
from services.workflow.domain.conversations.summary import Said, summarized
from tests.unit.workflow_conversations.builders import (
    DESK,
    NOW,
    a_channel,
    an_answer,
    an_arrival,
)

S = ConversationState
people = st.sampled_from(["ann", "bob"])


def growth_of(*arrivals: Any, at: Any = NOW) -> Growth:
    """Messages as they join a thread."""
    channel = a_channel()
    said = [
        Said(message_of([one]), None if one.direction == "outgoing" else decide(one, channel, []))
        for one in arrivals
    ]
    attached = tuple(attached_of(one) for one in arrivals)
    return Growth(channel=channel, at=at, summary=summarized(said), attached=attached)


def a_thread(**changes: Any) -> Conversation:
    """One open question."""
    thread = open_thread("t1", growth_of(an_arrival("m1")), None).entity
    return type(thread)(**{f: changes.get(f, getattr(thread, f)) for f in thread.__struct_fields__})


def some_event(kind: type[events.Event]) -> events.Event:
    """Any event of a kind."""
    given: dict[str, Any] = {
        "growth": growth_of(an_arrival("m2", at=3)).summary,
        "channel_unit_id": DESK,
        "person_id": "ann",
        "state": S.OPEN,
        "unit_id": DESK,
        "reply": Reply(at=NOW, external_id="a1", credited_to="ann"),
        "into_id": "t2",
    }
    wanted = set(kind.__struct_fields__) - {"at", "reason"}
    return kind(at=NOW, **{name: given[name] for name in wanted})


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("kind", list(ALLOWED))
def test_what_a_state_does_not_take_is_refused(state: S, kind: type[events.Event]) -> None:
    thread = a_thread(state=state, is_touched=True, quiet_at=NOW, assignee_id="ann")
    if state in ALLOWED[kind]:
        transition(thread, some_event(kind))
        return
    with pytest.raises(Refusal) as error:
        transition(thread, some_event(kind))
    assert error.value.code is RefusalCode.WRONG_STATE


class ThreadOverTime(RuleBasedStateMachine):
    """A conversation, the time, and what its facts said so far."""

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.count = 1
        self.thread = a_thread()
        self.told: tuple[Any, ...] = (S.OPEN, DESK, None, None, None)

    def happen(self, kind: type[events.Event], **fields: Any) -> None:
        """Try it; a refusal changes nothing."""
        before = self.thread
        try:
            step = transition(before, kind(at=self.now, **fields))
        except Refusal:
            return
        self.thread = step.entity
        for fact in step.facts:
            if isinstance(fact, ConversationStateChanged):
                assert fact.previous is before.state
                self.told = (
                    fact.state,
                    fact.unit_id,
                    fact.assignee_id,
                    fact.claimed_by_id,
                    fact.claim_until,
                )
            else:
                assert isinstance(fact, ConversationReplied)

    @rule(hours=st.sampled_from([0.1, 1, 30, 200, 800]))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self.happen(events.Lapse)
        self.happen(events.FallQuiet)

    @rule(is_ours=st.booleans(), back=st.integers(0, 300))
    def somebody_speaks(self, is_ours: bool, back: int) -> None:
        self.count += 1
        at = (self.now - NOW).total_seconds() / 60 - back
        make = an_answer if is_ours else an_arrival
        said = make(f"m{self.count}", **({"to": "m1"} if is_ours else {}), at=at)
        growth = growth_of(said, at=self.now)
        self.happen(events.Heard, growth=growth.summary, channel_unit_id=DESK)

    @rule(person=people, state=st.sampled_from([S.OPEN, S.SPAM, S.NO_REPLY_NEEDED]))
    def triaged(self, person: str, state: S) -> None:
        self.happen(events.Triage, person_id=person, state=state)

    @rule(person=people)
    def claimed(self, person: str) -> None:
        self.happen(events.Claim, person_id=person)

    @rule(person=people)
    def released(self, person: str) -> None:
        self.happen(events.Release, person_id=person)

    @rule(person=st.one_of(st.none(), people))
    def assigned(self, person: str | None) -> None:
        self.happen(events.Assign, person_id=person, unit_id=DESK)

    @rule(person=people)
    def submitted(self, person: str) -> None:
        self.happen(events.SubmitReply, person_id=person)

    @rule(
        kind=st.sampled_from(
            [
                events.ApproveReply,
                events.RefuseReply,
                events.FailReply,
                events.AskExpert,
                events.ExpertAnswered,
            ]
        )
    )
    def moved_on(self, kind: type[events.Event]) -> None:
        self.happen(kind)

    @rule()
    def confirmed(self) -> None:
        self.count += 1
        reply = Reply(at=self.now, external_id=f"m{self.count}", credited_to="ann")
        self.happen(events.ConfirmReply, reply=reply)

    @rule(person=people)
    def resolved(self, person: str) -> None:
        self.happen(events.Resolve, person_id=person)

    @invariant()
    def the_facts_rebuild_the_state(self) -> None:
        thread = self.thread
        assert self.told == (
            thread.state,
            thread.unit_id,
            thread.assignee_id,
            thread.claimed_by_id,
            thread.claim_until,
        )

    @invariant()
    def the_clock_follows_from_the_thread(self) -> None:
        assert self.thread.clock == clock_of(self.thread)
        if self.thread.clock and self.thread.state in (S.OPEN, S.CLAIMED, S.ASSIGNED):
            assert self.thread.clock.state is not ClockState.CANCELLED

    @invariant()
    def only_a_claimed_thread_has_a_claimer(self) -> None:
        is_claimed = self.thread.state is S.CLAIMED
        assert (self.thread.claimed_by_id is not None) is is_claimed
        assert (self.thread.claim_until is not None) is is_claimed

    @invariant()
    def silence_is_counted_only_while_waiting(self) -> None:
        is_waiting = self.thread.state in (S.REPLIED, S.WAITING_PUBLIC)
        assert (self.thread.quiet_at is not None) is is_waiting

    @invariant()
    def the_end_is_known_while_resolved(self) -> None:
        if self.thread.state is S.RESOLVED:
            assert self.thread.resolved_at is not None


TestThreadOverTime = ThreadOverTime.TestCase
TestThreadOverTime.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
