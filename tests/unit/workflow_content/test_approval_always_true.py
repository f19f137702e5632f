"""DOMAIN 3 'always true', whatever people, time and platforms do."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import invariant

from contracts.workflow.content import ApprovalKind, ContentState, DebtState, StageMode
from services.workflow.domain.content.item import hash_of
from services.workflow.domain.content.machine import UNDER_DELIVERY
from services.workflow.domain.content.rounds import RoundState, StageState
from tests.unit.workflow_content.approval_world import World
from tests.unit.workflow_content.replayed import Replayed, replayed

NO_BYTES_LEFT = (ContentState.FAILED,)


class Approval(World):
    """Every sentence of the list, after every step."""

    @invariant()
    def what_is_out_has_a_round_a_debt_or_was_spared(self) -> None:
        item = getattr(self, "item", None)
        if item is None or item.state not in UNDER_DELIVERY or item.state in NO_BYTES_LEFT:
            return
        assert item.version_hash == hash_of(item.variants)
        is_reviewed = (
            item.approval is ApprovalKind.REVIEWED
            and self.review is not None
            and self.review.state is RoundState.SATISFIED
            and self.review.version_hash == item.version_hash
        )
        is_spared = item.approval is ApprovalKind.NOT_SAMPLED and item.is_sampled is False
        assert is_reviewed or item.debt is not DebtState.NONE or is_spared

    @invariant()
    def no_writer_is_among_the_counted_votes(self) -> None:
        review = getattr(self, "review", None)
        if review is None or self.item.approval is None:
            return
        counted = [v for v in review.votes if v.counts]
        assert not any(
            self.item.is_written_by(name) for v in counted for name in (v.reviewer_id, v.seat)
        )

    @invariant()
    def no_quorum_of_two_is_one_human(self) -> None:
        review = getattr(self, "review", None)
        if review is None or review.state is not RoundState.SATISFIED:
            return
        for stage in review.stages:
            assert stage.state is StageState.CLOSED
            humans = {v.reviewer_id for v in review.counted(stage) if v.link_id is None}
            assert humans, "a stage closed without one of us"
            if stage.mode is StageMode.QUORUM:
                assert len(humans) >= stage.quorum

    @invariant()
    def one_human_has_one_vote(self) -> None:
        review = getattr(self, "review", None)
        counted = [v for v in review.votes if v.counts] if review else []
        assert len({v.reviewer_id for v in counted}) == len(counted)
        assert len({v.seat for v in counted}) == len(counted)

    @invariant()
    def no_writer_broke_the_glass(self) -> None:
        item = getattr(self, "item", None)
        if item is not None and item.approval is ApprovalKind.EMERGENCY:
            assert item.emergency is not None
            assert not any(map(item.is_written_by, item.emergency.person_ids))

    @invariant()
    def the_facts_tell_the_same_state(self) -> None:
        if getattr(self, "item", None) is not None:
            assert replayed(self.facts) == Replayed.of(self.item)


TestApproval = Approval.TestCase
TestApproval.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
