"""S7, approval: by no door, and by no order of doors, do writers approve their own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.ports import Actor
from contracts.commands import Command
from contracts.permissions import Permission, Role
from contracts.refusals import Refusal
from contracts.workflow import content as orders
from contracts.workflow import review as reviews
from contracts.workflow.content import ApprovalKind, ContentState, Schedule, Variant, Verdict
from services.workflow.domain.content.holding import may_go_out
from services.workflow.domain.content.item import hash_of
from services.workflow.domain.content.link import ReviewLink
from services.workflow.domain.content.rounds import ReviewRound
from tests.unit.workflow_content.newsroom import Newsroom, publisher_of

APPROVED = (ContentState.APPROVED, ContentState.SCHEDULED, ContentState.PUBLISHING)
NAMES = ("ann", "bob", "cid", "dan", "admin")
names = st.sampled_from(NAMES)
KEY = frozenset({Permission.CONTENT_REVIEW, Permission.CONTENT_WRITE, Permission.CONTENT_READ})


def during(*states: ContentState) -> Callable[[Any], Any]:
    """Knock at doors that may open: refusals of the state alone are another test's."""
    return precondition(lambda doors: hasattr(doors, "content_id") and doors.state() in states)


S = ContentState


class Doors(RuleBasedStateMachine):
    """Five people who may all write and review, with every order that leads to an approval."""

    @initialize()
    def open(self) -> None:
        self.room = Newsroom()
        both = ((Role.MANAGER, None), (Role.CRISIS_CELL, None))
        self.people: dict[str, Actor] = {
            "ann": self.room.a_member("ann2", *both),
            "bob": self.room.a_member("bob2", *both),
            "cid": self.room.cid,
            "dan": self.room.a_member("dan", (Role.AUTHOR, None), (Role.REVIEWER, None)),
            "admin": self.room.admin,
        }
        draft = orders.DraftContent(unit_id=self.room.unit_id, variants=self.words())
        self.content_id = str(self.room.give(draft, self.people["ann"]).content_id)
        self.links: list[str] = []
        self.count = 0

    def words(self) -> tuple[Variant, ...]:
        self.count = getattr(self, "count", 0) + 1
        return (Variant(channel_id=self.room.channel_id, text=f"Words {self.count}."),)

    def give(self, command: Command, who: str, *, by_key: bool = False) -> Any:
        actor = self.people[who]
        if by_key:
            actor = msgspec.structs.replace(actor, scopes=KEY, source="key")
        try:
            return self.room.give(command, actor)
        except Refusal:
            return None

    def state(self) -> ContentState:
        return self.room.item(self.content_id).state

    def hash(self) -> str:
        return self.room.item(self.content_id).version_hash or ""

    @rule(who=names)
    def edit(self, who: str) -> None:
        rev = self.room.item(self.content_id).rev
        self.give(
            orders.EditContent(content_id=self.content_id, rev=rev, variants=self.words()), who
        )

    @during(S.DRAFT)
    @rule(who=names)
    def submit(self, who: str) -> None:
        self.give(orders.SubmitContent(content_id=self.content_id), who)

    @rule(giver=names, taker=names)
    def delegate(self, giver: str, taker: str) -> None:
        now = self.room.factory.clock.now()
        self.give(
            reviews.DelegateReviews(
                to_id=self.people[taker].person_id or "",
                starts_at=now,
                ends_at=now + timedelta(days=1),
            ),
            giver,
        )

    @during(S.IN_REVIEW)
    @rule(who=names, whose=st.one_of(st.none(), names), by_key=st.booleans())
    def vote_as(self, who: str, whose: str | None, by_key: bool) -> None:
        self.vote(who, whose, by_key)

    def vote(self, who: str, whose: str | None, by_key: bool) -> None:
        order = orders.VoteOnContent(
            content_id=self.content_id,
            verdict=Verdict.APPROVE,
            version_hash=self.hash(),
            on_behalf_of=self.people[whose].person_id if whose else None,
        )
        self.give(order, who, by_key=by_key)

    @during(S.IN_REVIEW)
    @rule(voters=st.permutations(NAMES), by_key=st.booleans())
    def everybody_approves(self, voters: list[str], by_key: bool) -> None:
        for who in voters:
            self.vote(who, None, by_key)

    @during(S.IN_REVIEW)
    @rule(who=names)
    def reject(self, who: str) -> None:
        order = orders.VoteOnContent(
            content_id=self.content_id,
            verdict=Verdict.REJECT,
            version_hash=self.hash(),
            reason="No.",
        )
        self.give(order, who)

    @during(S.REJECTED)
    @rule(who=names)
    def appeal(self, who: str) -> None:
        self.give(reviews.AppealContent(content_id=self.content_id, reason="But yes."), who)

    @during(S.IN_REVIEW)
    @rule(who=names)
    def invite(self, who: str) -> None:
        order = reviews.InviteReviewer(
            content_id=self.content_id, name="Guest", email="guest@else.example"
        )
        if (answer := self.give(order, who)) is not None:
            self.links.append(answer.link_id)

    @during(S.IN_REVIEW)
    @rule()
    def the_guest_votes(self) -> None:
        for link in self.links:
            order = reviews.CastGuestVote(
                link_id=link, version_hash=self.hash(), verdict=Verdict.APPROVE
            )
            try:
                self.room.give(order, publisher_of(self.room))
            except Refusal:
                continue

    @during(S.IN_REVIEW)
    @rule(who=names)
    def take_a_link_back(self, who: str) -> None:
        if self.links:
            self.give(reviews.RevokeReviewLink(link_id=self.links[-1]), who)

    @during(S.DRAFT, S.IN_REVIEW)
    @rule(who=names, alone=st.booleans())
    def break_the_glass(self, who: str, alone: bool) -> None:
        order = reviews.BreakGlass(content_id=self.content_id, reason="Flood.", alone=alone)
        self.give(order, who)

    @during(S.APPROVED, S.SCHEDULED)
    @rule(who=names)
    def flag_and_ask_again(self, who: str) -> None:
        self.give(reviews.FlagContent(content_id=self.content_id, reason="Is it?"), who)
        self.give(reviews.ReReviewContent(content_id=self.content_id), who)

    @rule(who=names)
    def hold_and_resume(self, who: str) -> None:
        self.give(reviews.HoldContent(content_id=self.content_id, reason="Wait."), who)
        self.give(reviews.ResumeContent(content_id=self.content_id), who)

    @during(S.APPROVED)
    @rule(who=names)
    def schedule(self, who: str) -> None:
        when = Schedule(wall_time="2030-01-01T10:00", time_zone="UTC")
        self.give(orders.ScheduleContent(content_id=self.content_id, schedule=when), who)

    @rule(hours=st.sampled_from([1, 12, 24]))
    def time_passes(self, hours: int) -> None:
        self.room.wait(hours * 3600)

    @invariant()
    def what_is_approved_was_approved_by_others(self) -> None:
        if not hasattr(self, "content_id"):
            return
        item = self.room.item(self.content_id)
        if item.state not in APPROVED:
            return
        assert item.version_hash == hash_of(item.variants)
        if item.approval is ApprovalKind.EMERGENCY:
            assert item.emergency is not None
            assert not any(item.is_written_by(p) for p in item.emergency.person_ids)
            return
        reader = self.room.factory.reader(self.room.org_id)
        review = reader.get(ReviewRound, item.round_id or "")
        assert may_go_out(item, review, item.version_hash, now=self.room.factory.clock.now())
        counted = [v for v in review.votes if v.counts]
        ours = [v for v in counted if v.link_id is None]
        assert ours
        assert not any(item.is_written_by(p) for v in ours for p in (v.reviewer_id, v.seat))
        hosts = [reader.get(ReviewLink, v.link_id).issued_by for v in counted if v.link_id]
        assert not any(item.is_written_by(host) for host in hosts)


TestDoors = Doors.TestCase
TestDoors.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
