"""One item, six people, and every event of DOMAIN 3 in any order: the stage for what is always true."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from contracts.facts import Fact
from contracts.refusals import Refusal
from contracts.workflow.content import (
    AfterReview,
    ContentState,
    DebtState,
    Schedule,
    StagePlan,
    Variant,
    Verdict,
)
from services.workflow.domain.content import events
from services.workflow.domain.content.holding import may_go_out
from services.workflow.domain.content.item import ContentItem, hash_of
from services.workflow.domain.content.machine import BEFORE_PUBLISHING, UNDER_DELIVERY, transition
from services.workflow.domain.content.rerouting import above, rereview
from services.workflow.domain.content.rounds import (
    ReviewRound,
    RoundState,
    Vote,
    opened,
    superseded,
    waiting,
    with_stage,
)
from services.workflow.domain.content.seats import (
    escalated,
    guest_gone,
    guest_invited,
    nudged,
    refilled,
    without,
)
from services.workflow.domain.content.step import DEBT_DUE
from services.workflow.domain.content.voting import cast, is_satisfied
from tests.unit.workflow_content.approval_plans import PEOPLE, during, people, plans
from tests.unit.workflow_content.builders import NOW, an_item

S = ContentState
ENDS = {
    RoundState.SATISFIED: S.APPROVED,
    RoundState.CHANGES: S.CHANGES_REQUESTED,
    RoundState.REJECTED: S.REJECTED,
}


class World(RuleBasedStateMachine):
    """Does what the use cases do around the pure functions; every event comes in any order."""

    @initialize()
    def start(self) -> None:
        self.item: ContentItem = an_item()
        self.review: ReviewRound | None = None
        self.rights = set(PEOPLE)
        self.delegated: set[tuple[str, str]] = set()
        self.now = NOW
        self.facts: list[Fact] = []
        self.count = 0

    # what the use cases share

    def take(self, event: events.Event) -> bool:
        """The event, or a refusal that changed nothing."""
        try:
            step = transition(self.item, event)
        except Refusal:
            return False
        self.item = step.item
        self.facts += step.facts
        return True

    def eligible(self) -> frozenset[str]:
        return frozenset(p for p in self.rights if not self.item.is_written_by(p))

    def fallen(self) -> None:
        if self.review is not None:
            writers = frozenset({self.item.author_id, *self.item.co_author_ids})
            self.review = superseded(self.review, self.now, writers=writers)

    def opens(self, event: events.Routed, appeal_of: str | None = None) -> None:
        if not self.take(event):
            return
        self.review = None
        if event.stages:
            self.review = waiting(
                ReviewRound(
                    id=event.round_id or "",
                    org_id="org-1",
                    content_id="item-1",
                    version_hash=self.item.version_hash or "",
                    explanation="",
                    stages=opened(event.stages, self.now),
                    opened_at=self.now,
                    appeal_of=appeal_of,
                )
            )

    def follow(self, after: ReviewRound) -> None:
        self.review = after
        if after.state in ENDS:
            ended = events.ReviewEnded(
                at=self.now, actor_id=None, state=ENDS[after.state], reason="", waited_seconds=1
            )
            assert self.take(ended)

    def new_id(self) -> str:
        self.count += 1
        return f"round-{self.count}"

    # what people, time and platforms do

    @during(*BEFORE_PUBLISHING)
    @rule(who=people)
    def edit(self, who: str) -> None:
        self.count += 1
        words = (Variant(channel_id="channel-1", text=f"text {self.count}"),)
        if self.take(events.Edit(at=self.now, actor_id=who, variants=words)):
            self.fallen()

    @during(S.DRAFT)
    @rule(stages=plans(), after=st.sampled_from(list(AfterReview)), first=st.booleans())
    def submit(self, stages: tuple[StagePlan, ...], after: AfterReview, first: bool) -> None:
        frozen = hash_of(self.item.variants)
        if not self.take(events.Submit(at=self.now, actor_id="ann", version_hash=frozen)):
            return
        self.take(events.Checked(at=self.now, findings=()))
        self.opens(
            events.Routed(
                at=self.now,
                round_id=self.new_id(),
                stages=() if first else stages,
                explanation="",
                after=after if first else AfterReview.NONE,
            )
        )
        if self.item.state is S.ROUTED:
            # The use case would have been refused as a whole: NoReviewer.
            self.item = an_item(co_author_ids=self.item.co_author_ids)
            self.facts, self.review = [], None

    @rule(giver=people, taker=people)
    def delegate(self, giver: str, taker: str) -> None:
        if giver != taker:
            self.delegated.add((giver, taker))

    def vote_for(self, who: str, verdict: Verdict, whose: str | None) -> None:
        if self.item.state is not S.IN_REVIEW or self.review is None:
            return
        if whose is not None and (whose, who) not in self.delegated:
            return
        self._cast(Vote(**self._said(who, verdict), on_behalf_of=whose))

    @during(S.IN_REVIEW)
    @rule(voters=st.permutations(PEOPLE))
    def everybody_approves(self, voters: list[str]) -> None:
        for who in voters:
            self.vote_for(who, Verdict.APPROVE, None)

    @during(S.IN_REVIEW)
    @rule(who=people, verdict=st.sampled_from(list(Verdict)), whose=st.one_of(st.none(), people))
    def vote(self, who: str, verdict: Verdict, whose: str | None) -> None:
        self.vote_for(who, verdict, whose)

    def _said(self, who: str, verdict: Verdict) -> dict[str, Any]:
        return {
            "reviewer_id": who,
            "stage": 0,
            "verdict": verdict,
            "version_hash": self.item.version_hash or "",
            "reason": "why",
            "cast_at": self.now,
        }

    def _cast(self, vote: Vote) -> None:
        assert self.review is not None
        try:
            after = cast(self.review, self.item, vote, eligible=self.eligible())
        except Refusal:
            return
        self.follow(after)

    @during(S.IN_REVIEW)
    @rule()
    def invite_a_guest(self) -> None:
        if self.review is not None:
            self.count += 1
            stage = guest_invited(self.review.open_stage(), f"link-{self.count}")
            self.review = with_stage(self.review, stage)

    @during(S.IN_REVIEW)
    @rule(verdict=st.sampled_from(list(Verdict)))
    def a_guest_votes(self, verdict: Verdict) -> None:
        if self.item.state is S.IN_REVIEW and self.review is not None:
            for link in self.review.open_stage().guest_ids[:1]:
                self._cast(Vote(**self._said(link, verdict), link_id=link))

    @during(S.IN_REVIEW)
    @rule()
    def a_guest_is_sent_away(self) -> None:
        if self.item.state is not S.IN_REVIEW or self.review is None:
            return
        stage = self.review.open_stage()
        for link in stage.guest_ids[:1]:
            self.review = with_stage(self.review, guest_gone(stage, link))

    @rule(who=people)
    def somebody_leaves(self, who: str) -> None:
        self.rights.discard(who)
        if self.review is None or self.review.state is not RoundState.OPEN:
            return
        if who not in self.review.waiting_ids:
            return
        before = self.review.open_stage()
        shrunk = without(before, frozenset({who}))
        was = is_satisfied(self.review, before)
        assert is_satisfied(self.review, shrunk) <= was, "shrinking satisfied a stage"
        spare = sorted(self.eligible() - self.review.spoken())
        self.review = with_stage(self.review, refilled(shrunk, None, spare))

    @rule(who=people)
    def somebody_comes_back(self, who: str) -> None:
        self.rights.add(who)

    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if self.review is None or self.review.state is not RoundState.OPEN:
            return
        stage, votes = self.review.open_stage().order, self.review.votes
        self.review, percent = nudged(self.review, self.now)
        if percent:
            wide = escalated(self.review.open_stage(), self.eligible())
            self.review = with_stage(self.review, wide)
        assert self.review.state is RoundState.OPEN
        assert (self.review.open_stage().order, self.review.votes) == (stage, votes)

    @during(S.IN_REVIEW)
    @rule(who=people)
    def withdraw(self, who: str) -> None:
        if self.take(events.Withdraw(at=self.now, actor_id=who)):
            self.fallen()

    @during(S.APPROVED, S.SCHEDULED, S.PUBLISHING)
    @rule()
    def revoke(self) -> None:
        if self.take(events.Revoke(at=self.now, actor_id="cid", reason="why")):
            self.fallen()

    @during(S.APPROVED, S.SCHEDULED)
    @rule()
    def expire(self) -> None:
        old = events.ApprovalExpired(at=self.now, reason="It is old.")
        if self.take(old) and self.review is not None:
            self.review = superseded(self.review, self.now)

    @during(S.APPROVAL_EXPIRED)
    @rule(stages=plans())
    def rereview(self, stages: tuple[StagePlan, ...]) -> None:
        self.opens(self._again(rereview(stages, self.review)))

    @during(S.REJECTED)
    @rule(stages=plans())
    def appeal(self, stages: tuple[StagePlan, ...]) -> None:
        assert self.review is not None
        try:
            higher = above(self.review, stages, self.eligible())
        except Refusal:
            return
        self.opens(self._again(higher), appeal_of=self.review.id)

    def _again(self, stages: tuple[StagePlan, ...]) -> events.ReRouted:
        return events.ReRouted(
            at=self.now, round_id=self.new_id(), stages=stages, explanation="", reason="why"
        )

    @during(*BEFORE_PUBLISHING)
    @rule()
    def hold(self) -> None:
        self.take(events.Held(at=self.now, actor_id="bob", reason="Wait."))

    @during(S.ON_HOLD)
    @rule(in_time=st.booleans())
    def resume(self, in_time: bool) -> None:
        self.take(events.Resumed(at=self.now, findings=(), keeps_time=in_time))

    @during(S.DRAFT, S.IN_REVIEW)
    @rule(who=st.lists(people, min_size=1, max_size=2, unique=True))
    def break_the_glass(self, who: list[str]) -> None:
        if self.item.state is S.DRAFT:
            frozen = hash_of(self.item.variants)
            self.take(events.Submit(at=self.now, actor_id=who[0], version_hash=frozen))
            self.take(events.Checked(at=self.now, findings=()))
        broken = events.GlassBroken(
            at=self.now,
            actor_id=who[0],
            person_ids=tuple(who),
            reason="Flood.",
            debt_due_at=self.now + DEBT_DUE,
        )
        if self.take(broken):
            self.fallen()
        elif self.item.state is S.ROUTED:
            self.item = an_item(co_author_ids=self.item.co_author_ids)
            self.facts, self.review = [], None

    @during(S.APPROVED)
    @rule()
    def schedule(self) -> None:
        when = Schedule(wall_time="2026-03-02T10:00", time_zone="UTC")
        self.take(events.SetTime(at=NOW, due_at=NOW, schedule=when, max_lateness_seconds=60))

    @during(S.SCHEDULED)
    @rule(is_sampled=st.booleans())
    def come_due(self, is_sampled: bool) -> None:
        if self.take(events.Due(at=self.now, is_sampled=is_sampled)):
            assert may_go_out(self.item, self.review, self.item.version_hash or "", now=self.now)

    @during(*UNDER_DELIVERY)
    @rule(state=st.sampled_from(sorted(UNDER_DELIVERY)))
    def deliveries_say(self, state: ContentState) -> None:
        self.take(events.Delivered(at=self.now, state=state))

    @during(*UNDER_DELIVERY)
    @rule()
    def retry(self) -> None:
        self.take(events.Retried(at=self.now, actor_id="bob"))

    @during(*UNDER_DELIVERY, S.APPROVED)
    @rule(who=people, clears=st.booleans())
    def review_afterwards(self, who: str, clears: bool) -> None:
        self.take(
            events.DebtSettled(
                at=self.now,
                actor_id=who,
                state=DebtState.CLEARED if clears else DebtState.INCIDENT,
                severity=None if clears else 2,
                reason="why",
            )
        )
