"""The delivery machine: a post is never sent twice by guessing (DOMAIN 6, P1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState
from contracts.workflow.deliveries import (
    AttemptEnded,
    DeliveryState,
    DeliveryStateChanged,
    HeldBy,
    IdempotencyClass,
    Outcome,
    Purpose,
)
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.derive import derived_state
from services.workflow.domain.deliveries.machine import transition
from services.workflow.domain.deliveries.outcomes import MAX_LOOK_UPS
from tests.unit.workflow_content.builders import NOW, a_delivery, later

S = DeliveryState
A, B, C = IdempotencyClass.A, IdempotencyClass.B, IdempotencyClass.C


def leased(delivery: Delivery, at: datetime = NOW, kind: IdempotencyClass = A) -> Delivery:
    event = events.Leased(
        at=at,
        owner="p1",
        until=at + timedelta(seconds=30),
        idempotency_class=kind,
        key_life_seconds=3600,
    )
    return transition(delivery, event).delivery


def sending(delivery: Delivery, at: datetime = NOW, kind: IdempotencyClass = A) -> Delivery:
    taken = leased(delivery, at, kind)
    event = events.Began(at=at, owner="p1", fence=taken.fence, request_digest="d")
    return transition(taken, event).delivery


def recorded(delivery: Delivery, outcome: Outcome, at: datetime = NOW, **more: Any) -> Delivery:
    event = events.Recorded(at=at, owner="p1", fence=delivery.fence, outcome=outcome, **more)
    return transition(delivery, event).delivery


def unknown(kind: IdempotencyClass = A) -> Delivery:
    return transition(sending(a_delivery(), kind=kind), events.Lapsed(at=later(31))).delivery


def test_a_confirmed_attempt_ends_the_delivery_with_its_address() -> None:
    event = events.Recorded(
        at=later(2), owner="p1", fence=1, outcome=Outcome.CONFIRMED, external_id="42", url="u"
    )
    step = transition(sending(a_delivery()), event)
    assert (step.delivery.state, step.delivery.external_id) == (S.CONFIRMED, "42")
    ended, changed = step.facts
    assert isinstance(ended, AttemptEnded)
    assert isinstance(changed, DeliveryStateChanged)
    assert changed.late_seconds == 2


def test_a_lease_that_lapses_before_sending_gives_the_delivery_back() -> None:
    after = transition(leased(a_delivery()), events.Lapsed(at=later(31))).delivery
    assert (after.state, after.lease_owner) == (S.PENDING, None)


def test_a_lease_that_lapses_while_sending_makes_the_outcome_unknown() -> None:
    assert unknown().state is S.UNKNOWN


def test_an_unknown_delivery_is_leased_for_a_read_back_and_never_begins() -> None:
    again = leased(unknown(), later(40))
    assert again.state is S.UNKNOWN
    with pytest.raises(Refusal) as no:
        transition(again, events.Began(at=later(41), owner="p1", fence=2, request_digest="d"))
    assert no.value.code is RefusalCode.WRONG_STATE


@pytest.mark.parametrize(
    ("kind", "seconds", "state"),
    [
        (A, 40, S.RETRY_WAIT),
        (A, 3539, S.RETRY_WAIT),
        (A, 3541, S.UNKNOWN),
        (B, 90_000, S.RETRY_WAIT),
        (C, 40, S.UNKNOWN),
    ],
)
def test_an_absent_post_is_sent_again_only_where_that_cannot_double_it(
    kind: IdempotencyClass, seconds: int, state: DeliveryState
) -> None:
    looked = leased(unknown(kind), later(seconds), kind)
    assert recorded(looked, Outcome.ABSENT, later(seconds)).state is state


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.ABSENT])
def test_three_read_backs_without_a_certain_answer_call_a_person(outcome: Outcome) -> None:
    delivery, at = unknown(C), later(40)
    for _ in range(MAX_LOOK_UPS):
        assert delivery.state is S.UNKNOWN
        at = max(at, delivery.next_try_at or at)
        delivery = recorded(leased(delivery, at, C), outcome, at, channel="City water")
    assert delivery.state is S.NEEDS_PERSON
    assert "look on City water for “The bridge opens on Monday.”" in delivery.reason
    assert "between 2026-03-02 09:30 UTC and 2026-03-02 09:35 UTC" in delivery.reason


def test_an_older_lease_is_not_heard() -> None:
    first = leased(a_delivery())
    second = leased(transition(first, events.Lapsed(at=later(31))).delivery, later(32))
    stale = events.Began(at=later(33), owner="p1", fence=first.fence, request_digest="d")
    with pytest.raises(Refusal) as no:
        transition(second, stale)
    assert no.value.code is RefusalCode.FENCED


def test_a_lease_that_ran_out_cannot_begin() -> None:
    taken = leased(a_delivery())
    late = events.Began(at=later(30), owner="p1", fence=taken.fence, request_digest="d")
    with pytest.raises(Refusal) as no:
        transition(taken, late)
    assert no.value.code is RefusalCode.FENCED


def test_a_held_lease_is_not_given_to_a_second_publisher() -> None:
    looked = leased(unknown(), later(40))
    with pytest.raises(Refusal) as no:
        leased(looked, later(50))
    assert no.value.code is RefusalCode.FENCED


def test_the_late_word_of_a_silent_publisher_is_still_the_truth() -> None:
    assert recorded(unknown(), Outcome.CONFIRMED, later(35), external_id="42").state is S.CONFIRMED


def test_what_was_not_applied_waits_as_long_as_the_platform_says() -> None:
    after = recorded(sending(a_delivery()), Outcome.NOT_APPLIED, retry_after=120.0)
    assert (after.state, after.next_try_at) == (S.RETRY_WAIT, later(120))


def test_the_wait_doubles_with_every_try_up_to_a_quarter_of_an_hour() -> None:
    delivery, waits, at = a_delivery(), [], NOW
    for _ in range(9):
        delivery = recorded(sending(delivery, at), Outcome.NOT_APPLIED, at)
        waits.append(((delivery.next_try_at or at) - at).total_seconds())
        at = delivery.next_try_at or at
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]


def test_a_confirmation_without_an_attempt_is_refused() -> None:
    with pytest.raises(Refusal) as no:
        recorded(leased(a_delivery()), Outcome.CONFIRMED)
    assert no.value.code is RefusalCode.WRONG_STATE


def test_a_refused_post_fails_with_the_platforms_words() -> None:
    after = recorded(sending(a_delivery()), Outcome.REFUSED, http_status=422, detail="too long")
    assert (after.state, after.reason) == (S.FAILED, "too long")


def test_only_a_person_brings_a_failed_delivery_back_and_says_why() -> None:
    failed = recorded(sending(a_delivery()), Outcome.REFUSED)
    with pytest.raises(Refusal) as no:
        transition(failed, events.TriedAgain(at=later(9), reason=" "))
    assert no.value.code is RefusalCode.REASON_REQUIRED
    again = transition(failed, events.TriedAgain(at=later(9), reason="fixed the handle")).delivery
    assert (again.state, again.due_at, again.key) == (S.PENDING, later(9), failed.key)


@pytest.mark.parametrize(
    ("states", "derived"),
    [
        ([S.CONFIRMED, S.CONFIRMED], ContentState.PUBLISHED),
        ([S.CONFIRMED, S.FAILED], ContentState.PARTIALLY_PUBLISHED),
        ([S.FAILED, S.CANCELLED], ContentState.FAILED),
        ([S.CONFIRMED, S.UNKNOWN], ContentState.UNCONFIRMED),
        ([S.NEEDS_PERSON, S.FAILED], ContentState.UNCONFIRMED),
        ([S.UNKNOWN, S.RETRY_WAIT], ContentState.PUBLISHING),
        ([S.PENDING], ContentState.PUBLISHING),
        ([], ContentState.FAILED),
    ],
)
def test_the_items_state_is_derived(states: list[DeliveryState], derived: ContentState) -> None:
    assert derived_state(states) is derived


class Publishing(RuleBasedStateMachine):
    """A platform that stores what it gets, loses answers, and forgets keys after their life."""

    @initialize(kind=st.sampled_from(list(IdempotencyClass)))
    def start(self, kind: IdempotencyClass) -> None:
        self.kind, self.now = kind, NOW
        self.delivery = a_delivery()
        self.posts: list[datetime] = []

    def apply(self, event: events.Event) -> bool:
        try:
            self.delivery = transition(self.delivery, event).delivery
        except Refusal:
            return False
        return True

    @rule(seconds=st.sampled_from([1, 31, 600, 4000]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(answer=st.sampled_from(["heard", "lost", "never arrived"]))
    def publish(self, answer: str) -> None:
        until = self.now + timedelta(seconds=30)
        event = events.Leased(
            at=self.now, owner="p1", until=until, idempotency_class=self.kind, key_life_seconds=3600
        )
        if not self.apply(event):
            return
        if self.delivery.state is S.UNKNOWN:
            outcome = Outcome.CONFIRMED if self.posts else Outcome.ABSENT
            self.record(outcome)
            return
        fence = self.delivery.fence
        if self.apply(events.Began(at=self.now, owner="p1", fence=fence, request_digest="d")):
            self.send(answer)

    def send(self, answer: str) -> None:
        if answer != "never arrived" and not self.is_deduplicated():
            self.posts.append(self.now)
        if answer == "heard":
            self.record(Outcome.CONFIRMED)

    def is_deduplicated(self) -> bool:
        if not self.posts or self.kind is C:
            return False
        return self.kind is B or self.now < self.posts[-1] + timedelta(seconds=3600)

    def record(self, outcome: Outcome) -> None:
        fence = self.delivery.fence
        self.apply(
            events.Recorded(at=self.now, owner="p1", fence=fence, outcome=outcome, external_id="1")
        )

    @rule()
    def lapse(self) -> None:
        if self.delivery.lease_until and self.delivery.lease_until <= self.now:
            self.apply(events.Lapsed(at=self.now))

    @rule(held_by=st.sampled_from(list(HeldBy)))
    def hold(self, held_by: HeldBy) -> None:
        self.apply(events.Held(at=self.now, reason="wait", held_by=held_by))

    @rule()
    def end_the_stop(self) -> None:
        needs_person = self.delivery.held_by in {HeldBy.LATENESS, HeldBy.HOLD}
        is_free = self.delivery.state is S.HELD and not needs_person
        assert self.apply(events.Released(at=self.now)) == is_free

    @rule(seconds=st.sampled_from([0, 60]))
    def give_a_turn(self, seconds: int) -> None:
        self.apply(events.TurnGiven(at=self.now, slot_at=self.now + timedelta(seconds=seconds)))

    @rule()
    def cancel(self) -> None:
        was_possible = self.delivery.is_moving or self.delivery.state is S.CONFIRMED
        assert not (self.apply(events.Cancelled(at=self.now, reason="no")) and was_possible)

    @invariant()
    def what_is_held_says_why_and_what_is_not_held_does_not(self) -> None:
        delivery = getattr(self, "delivery", a_delivery())
        assert (delivery.held_by is not None) == (delivery.state is S.HELD) or (
            delivery.state is S.CANCELLED
        )

    @invariant()
    def nothing_is_cancelled_that_is_public(self) -> None:
        if getattr(self, "posts", None):
            assert self.delivery.state is not S.CANCELLED

    @invariant()
    def at_most_one_post(self) -> None:
        assert len(getattr(self, "posts", [])) <= 1

    @invariant()
    def confirmed_means_it_is_there(self) -> None:
        if getattr(self, "posts", None) is not None and self.delivery.state is S.CONFIRMED:
            assert self.posts

    @invariant()
    def a_read_back_never_follows_nothing(self) -> None:
        attempts = getattr(self, "delivery", a_delivery()).attempts
        assert not attempts or attempts[0].purpose is Purpose.SEND


TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
