"""How an answer of ours moves its conversation, from the draft to the platform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from chassis.ports import Actor, ActorKind, BatchWork
from contracts.ingest import MentionArrived
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.conversations import (
    AssignConversation,
    ClaimConversation,
    ClockState,
    ConversationReplied,
    ConversationState,
    ConversationStateChanged,
    ResolveConversation,
)
from services.workflow.application.conversations import replies
from tests.unit.workflow_conversations.builders import (
    ACME,
    Desk,
    a_desk,
    an_answer,
    an_arrival,
    minutes,
    told_of,
)

S = ConversationState


def ours(_batch: BatchWork, _org: str, said: Sequence[MentionArrived]) -> frozenset[str]:
    """Recognizes ``a1`` as a delivery."""
    return frozenset(one.mention_id for one in said if one.external_id == "a1")


@pytest.fixture
def desk() -> Desk:
    """Ann has claimed the only question."""
    made = a_desk(recognize=ours)
    made.hear(an_arrival("m1"))
    made.order(ClaimConversation(conversation_id=made.thread().id))
    return made


def ann(desk: Desk, step: Any, *args: Any, person: str = "ann") -> Any:
    """Ann takes a step; the conversation comes first among its arguments."""
    actor = Actor(kind=ActorKind.PERSON, account_id=person, org_id=ACME, person_id=person)
    ident = desk.thread().id
    return desk.act(lambda work: step(ident, *args, work), actor)


def confirm(desk: Desk, at: float = 10) -> Any:
    """The delivery is confirmed."""
    return ann(desk, replies.reply_confirmed, "delivery-1", "a1", minutes(at), "ann")


def approve(desk: Desk) -> None:
    """The way to ``replying``."""
    ann(desk, replies.begin_reply, "ann")
    ann(desk, replies.to_reply_review)
    ann(desk, replies.to_replying)


def test_the_way_of_an_answer(desk: Desk) -> None:
    ann(desk, replies.begin_reply, "ann")
    assert ann(desk, replies.to_reply_review).state is S.REPLY_REVIEW
    assert desk.thread().assignee_id == "ann"
    assert ann(desk, replies.to_replying).state is S.REPLYING
    assert confirm(desk).state is S.REPLIED
    clock = desk.thread().clock
    assert clock is not None
    assert (clock.state, clock.stopped_at, clock.credited_to) == (
        ClockState.STOPPED,
        minutes(10),
        "ann",
    )
    (fact,) = told_of(desk, ConversationReplied)
    assert (fact.delivery_id, fact.mention_external_id) == ("delivery-1", "a1")


def test_only_the_holder_begins_an_answer(desk: Desk) -> None:
    with pytest.raises(Refusal) as error:
        ann(desk, replies.begin_reply, "bob")
    assert error.value.code is RefusalCode.CLAIMED_BY_ANOTHER


def test_nobody_answers_what_nobody_holds() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1"))
    with pytest.raises(Refusal) as error:
        ann(desk, replies.begin_reply, "ann")
    assert error.value.code is RefusalCode.WRONG_STATE


def test_beginning_an_answer_renews_the_claim(desk: Desk) -> None:
    desk.clock.advance(600)
    ann(desk, replies.begin_reply, "ann")
    assert desk.thread().claim_until == minutes(25)


def test_an_assignee_answers_without_a_claim(desk: Desk) -> None:
    desk.order(AssignConversation(conversation_id=desk.thread().id, person_id="bob"))
    assert ann(desk, replies.begin_reply, "bob", person="bob").state is S.ASSIGNED


def test_a_refused_answer_comes_back_to_its_holder(desk: Desk) -> None:
    ann(desk, replies.to_reply_review)
    after = ann(desk, replies.reply_refused, "Not our tone.")
    assert (after.state, after.assignee_id) == (S.ASSIGNED, "ann")
    assert told_of(desk, ConversationStateChanged)[-1].reason == "Not our tone."


def test_a_failed_answer_is_told_to_its_holder(desk: Desk) -> None:
    approve(desk)
    ann(desk, replies.reply_failed, "The token is revoked.")
    fact = told_of(desk, ConversationStateChanged)[-1]
    assert (fact.state, fact.assignee_id, fact.reason) == (
        S.ASSIGNED,
        "ann",
        "The token is revoked.",
    )


def test_a_confirmation_after_a_failure_still_counts(desk: Desk) -> None:
    approve(desk)
    ann(desk, replies.reply_failed, "Nobody knows.")
    assert confirm(desk).state is S.REPLIED


def test_what_has_moved_on_elsewhere_stays_there(desk: Desk) -> None:
    desk.order(ResolveConversation(conversation_id=desk.thread().id))
    assert ann(desk, replies.to_replying).state is S.RESOLVED
    assert ann(desk, replies.reply_refused, "").state is S.RESOLVED
    after = confirm(desk)
    assert after.state is S.RESOLVED
    assert after.clock.state is ClockState.STOPPED


def test_our_own_delivery_coming_back_is_attached_in_silence(desk: Desk) -> None:
    approve(desk)
    confirm(desk)
    desk.hear(an_answer("a1", "m1", at=9))
    thread = desk.thread()
    assert (thread.state, thread.mention_count) == (S.REPLIED, 2)
    assert thread.clock is not None
    assert (thread.clock.stopped_at, thread.clock.credited_to) == (minutes(10), "ann")
    assert len(told_of(desk, ConversationReplied)) == 1


def test_a_confirmation_takes_the_credit_back_from_outside(desk: Desk) -> None:
    approve(desk)
    desk.hear(an_answer("a2", "m1", at=9))
    assert desk.thread().state is S.REPLYING
    ann(desk, replies.reply_confirmed, "delivery-1", "a2", minutes(9), "ann")
    clock = desk.thread().clock
    assert clock is not None
    assert clock.credited_to == "ann"
