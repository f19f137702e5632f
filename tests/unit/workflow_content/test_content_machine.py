"""The content machine and review rounds (DOMAIN 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentState,
    Finding,
    Schedule,
    StageMode,
    TopicRisk,
    Variant,
    Verdict,
)
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem, hash_of
from services.workflow.domain.content.machine import transition
from services.workflow.domain.content.rounds import ReviewRound, RoundState, Vote, superseded
from services.workflow.domain.content.voting import cast, is_satisfied
from services.workflow.domain.trust.depth import BUILT_IN
from services.workflow.domain.trust.seating import People, seated
from tests.unit.workflow_content.builders import NOW, WORDS, a_round, a_stage, an_item, later

S = ContentState


def a_vote(reviewer: str = "bob", verdict: Verdict = Verdict.APPROVE, reason: str = "ok") -> Vote:
    return Vote(
        reviewer_id=reviewer,
        stage=0,
        verdict=verdict,
        version_hash=hash_of(WORDS),
        reason=reason,
        cast_at=later(60),
    )


SEATS = frozenset({"bob", "cid"})


def test_one_approval_satisfies_a_stage_that_takes_any() -> None:
    after = cast(a_round(), an_item(), a_vote(), eligible=SEATS)
    assert (after.state, after.closed_at) == (RoundState.SATISFIED, later(60))


def test_nobody_approves_their_own_words_even_with_a_seat() -> None:
    written = an_item(author_id="bob")
    with pytest.raises(Refusal) as no:
        cast(a_round(), written, a_vote(), eligible=SEATS)
    assert no.value.code is RefusalCode.OWN_WORDS


def test_a_co_author_is_refused_like_the_author() -> None:
    with pytest.raises(Refusal) as no:
        cast(a_round(), an_item(co_author_ids=("bob",)), a_vote(), eligible=SEATS)
    assert no.value.code is RefusalCode.OWN_WORDS


def test_eligibility_is_judged_when_the_vote_is_cast() -> None:
    with pytest.raises(Refusal) as no:
        cast(a_round(), an_item(), a_vote(), eligible=frozenset({"cid"}))
    assert no.value.code is RefusalCode.NOT_A_REVIEWER


def test_a_vote_about_other_words_does_not_count() -> None:
    with pytest.raises(Refusal) as no:
        cast(a_round(version_hash="other"), an_item(), a_vote(), eligible=SEATS)
    assert no.value.code is RefusalCode.HASH_MISMATCH


def test_two_approvals_by_one_human_are_one() -> None:
    review = cast(
        a_round(a_stage("bob", "cid", mode=StageMode.QUORUM, quorum=2)),
        an_item(),
        a_vote(),
        eligible=SEATS,
    )
    assert review.state is RoundState.OPEN
    with pytest.raises(Refusal) as no:
        cast(review, an_item(), a_vote(), eligible=SEATS)
    assert no.value.code is RefusalCode.ALREADY_VOTED
    assert cast(review, an_item(), a_vote("cid"), eligible=SEATS).state is RoundState.SATISFIED


def test_all_seats_must_approve_where_all_are_asked() -> None:
    review = cast(
        a_round(a_stage("bob", "cid", mode=StageMode.ALL)), an_item(), a_vote(), eligible=SEATS
    )
    assert review.state is RoundState.OPEN
    assert cast(review, an_item(), a_vote("cid"), eligible=SEATS).state is RoundState.SATISFIED


@pytest.mark.parametrize("mode", list(StageMode))
def test_no_stage_closes_on_an_empty_seat(mode: StageMode) -> None:
    review = a_round(a_stage(mode=mode))
    assert not is_satisfied(review, review.stages[0])


def test_stages_are_worked_in_order() -> None:
    review = a_round(a_stage("bob"), a_stage("cid"))
    first = cast(review, an_item(), a_vote(), eligible=SEATS)
    assert first.state is RoundState.OPEN
    assert cast(first, an_item(), a_vote("cid"), eligible=SEATS).state is RoundState.SATISFIED


@pytest.mark.parametrize("verdict", [Verdict.CHANGES, Verdict.REJECT])
def test_a_no_needs_a_reason_and_ends_the_round(verdict: Verdict) -> None:
    with pytest.raises(Refusal) as no:
        cast(a_round(), an_item(), a_vote(verdict=verdict, reason=" "), eligible=SEATS)
    assert no.value.code is RefusalCode.REASON_REQUIRED
    assert (
        cast(a_round(), an_item(), a_vote(verdict=verdict), eligible=SEATS).state
        is not RoundState.OPEN
    )


def test_the_hash_does_not_depend_on_the_order_of_channels() -> None:
    one, two = Variant(channel_id="a", text="x"), Variant(channel_id="b", text="y")
    assert hash_of((one, two)) == hash_of((two, one))
    assert hash_of((one,)) != hash_of((Variant(channel_id="b", text="x"),))


def test_composed_and_decomposed_text_are_the_same_words() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    assert hash_of((Variant(channel_id="a", text=composed),)) == hash_of(
        (Variant(channel_id="a", text=decomposed),)
    )


def test_an_edit_of_a_scheduled_item_needs_a_new_approval() -> None:
    item = an_item(state=S.SCHEDULED, due_at=later(3600), round_id="r")
    edit = events.Edit(
        at=NOW, actor_id="dan", variants=(Variant(channel_id="channel-1", text="No."),)
    )
    after = transition(item, edit).item
    assert (after.state, after.due_at, after.round_id) == (S.DRAFT, None, None)
    assert after.co_author_ids == ("dan",)


def test_a_blocking_finding_sends_the_item_back_with_its_findings() -> None:
    blocked = Finding(check="x", severity="block", sentence="no")
    after = transition(an_item(state=S.CHECKING), events.Checked(at=NOW, findings=(blocked,))).item
    assert (after.state, after.findings) == (S.DRAFT, (blocked,))


def test_a_warning_does_not_block() -> None:
    warned = Finding(check="x", severity="warn", sentence="hm")
    after = transition(an_item(state=S.CHECKING), events.Checked(at=NOW, findings=(warned,))).item
    assert after.state is S.ROUTED


def test_only_the_author_withdraws() -> None:
    item = an_item(state=S.IN_REVIEW)
    with pytest.raises(Refusal) as no:
        transition(item, events.Withdraw(at=NOW, actor_id="bob"))
    assert no.value.code is RefusalCode.FORBIDDEN
    assert transition(item, events.Withdraw(at=NOW, actor_id="ann")).item.state is S.DRAFT


class Approval(RuleBasedStateMachine):
    """DOMAIN 3 'always true' over one item with two reviewers and three writers."""

    @initialize()
    def start(self) -> None:
        self.item: ContentItem = an_item()
        self.review: ReviewRound | None = None
        self.texts = 0

    def apply(self, event: events.Event) -> bool:
        try:
            self.item = transition(self.item, event).item
        except Refusal:
            return False
        return True

    @rule(who=st.sampled_from(["ann", "bob", "dan"]))
    def edit(self, who: str) -> None:
        self.texts += 1
        words = (Variant(channel_id="channel-1", text=f"text {self.texts}"),)
        if self.apply(events.Edit(at=NOW, actor_id=who, variants=words)) and self.review:
            self.review = superseded(self.review, NOW)

    @rule()
    def submit(self) -> None:
        frozen = hash_of(self.item.variants)
        if not self.apply(events.Submit(at=NOW, actor_id="ann", version_hash=frozen)):
            return
        self.apply(events.Checked(at=NOW, findings=()))
        seats = frozenset(p for p in ("bob", "cid") if not self.item.is_written_by(p))
        stages = seated((BUILT_IN[TopicRisk.R2],), People(reviewers=seats), NOW)
        self.apply(events.Routed(at=NOW, round_id="r", stages=stages, explanation=""))
        self.review = a_round(*stages, version_hash=frozen)

    @rule(who=st.sampled_from(["ann", "bob", "cid", "dan"]), verdict=st.sampled_from(list(Verdict)))
    def vote(self, who: str, verdict: Verdict) -> None:
        if self.review is None or self.item.state is not S.IN_REVIEW:
            return
        vote = Vote(
            reviewer_id=who,
            stage=0,
            verdict=verdict,
            version_hash=self.review.version_hash,
            reason="why",
            cast_at=NOW,
        )
        try:
            self.review = cast(self.review, self.item, vote, eligible=frozenset({"bob", "cid"}))
        except Refusal:
            return
        ends = {
            RoundState.SATISFIED: S.APPROVED,
            RoundState.CHANGES: S.CHANGES_REQUESTED,
            RoundState.REJECTED: S.REJECTED,
        }
        if self.review.state in ends:
            end = ends[self.review.state]
            self.apply(
                events.ReviewEnded(at=NOW, actor_id=who, state=end, reason="", waited_seconds=1)
            )

    @rule()
    def schedule(self) -> None:
        when = Schedule(wall_time="2026-03-02T10:00", time_zone="UTC")
        self.apply(
            events.SetTime(
                at=NOW, due_at=NOW + timedelta(hours=1), schedule=when, max_lateness_seconds=60
            )
        )

    @rule()
    def come_due(self) -> None:
        self.apply(events.Due(at=NOW))

    @rule()
    def revoke(self) -> None:
        if self.apply(events.Revoke(at=NOW, actor_id="cid", reason="why")) and self.review:
            self.review = superseded(self.review, NOW)

    @invariant()
    def what_goes_out_was_approved_by_somebody_else(self) -> None:
        item = getattr(self, "item", None)
        if item is None or item.state not in (S.APPROVED, S.SCHEDULED, S.PUBLISHING):
            return
        assert self.review is not None
        assert self.review.state is RoundState.SATISFIED
        assert self.review.version_hash == item.version_hash == hash_of(item.variants)
        counted = [v.reviewer_id for v in self.review.votes if v.counts]
        assert counted
        assert not any(item.is_written_by(reviewer) for reviewer in counted)


TestApproval = Approval.TestCase
TestApproval.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
