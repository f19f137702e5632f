"""People hold threads, decide about them, and silence ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.conversations import (
    AssignConversation,
    ClaimConversation,
    ClockState,
    ConversationState,
    ConversationStateChanged,
    ReleaseConversation,
    ResolveConversation,
    TriageConversation,
)
from services.workflow.domain.conversations.states import (
    CLAIM_LIFE,
    QUIET_AFTER_REPLY,
    QUIET_AFTER_WAITING,
    REOPEN_WINDOW,
)
from tests.unit.workflow_conversations.builders import (
    BILLING,
    NOW,
    Desk,
    a_desk,
    an_answer,
    an_arrival,
    minutes,
    told_of,
)

S = ConversationState
LIFE = CLAIM_LIFE.total_seconds()


@pytest.fixture
def desk() -> Desk:
    """A desk with one open question."""
    made = a_desk()
    made.hear(an_arrival("m1"))
    return made


def code_of(error: pytest.ExceptionInfo[Refusal]) -> RefusalCode:
    """The code of a refusal."""
    return error.value.code


def test_a_claim_holds_for_a_quarter_of_an_hour(desk: Desk) -> None:
    done = desk.order(ClaimConversation(conversation_id=desk.thread().id))
    thread = desk.thread()
    assert (done.state, done.rev) == ("claimed", thread.rev)
    assert (thread.claimed_by_id, thread.claim_until) == ("ann", minutes(15))


def test_the_second_claimer_is_told_who_holds_it_and_until_when(desk: Desk) -> None:
    claim = ClaimConversation(conversation_id=desk.thread().id)
    desk.order(claim)
    with pytest.raises(Refusal) as error:
        desk.order(claim, "bob")
    assert code_of(error) is RefusalCode.CLAIMED_BY_ANOTHER
    assert error.value.data == {"person_id": "ann", "until": minutes(15).isoformat()}
    assert desk.thread().claimed_by_id == "ann"


def test_a_claim_lapses_and_may_then_be_taken_by_another(desk: Desk) -> None:
    claim = ClaimConversation(conversation_id=desk.thread().id)
    desk.order(claim)
    desk.pass_time(LIFE)
    thread = desk.thread()
    assert (thread.state, thread.claimed_by_id, thread.claim_until) == (S.OPEN, None, None)
    assert desk.order(claim, "bob").state == "claimed"


def test_activity_renews_a_claim_and_the_old_timer_waits_again(desk: Desk) -> None:
    claim = ClaimConversation(conversation_id=desk.thread().id)
    desk.order(claim)
    desk.pass_time(LIFE - 60)
    desk.order(claim)
    desk.pass_time(LIFE - 60)
    assert desk.thread().state is S.CLAIMED
    desk.pass_time(60)
    assert desk.thread().state is S.OPEN


def test_a_claim_that_ran_out_unswept_is_nobodys(desk: Desk) -> None:
    claim = ClaimConversation(conversation_id=desk.thread().id)
    desk.order(claim)
    desk.clock.advance(LIFE)
    desk.order(claim, "bob")
    assert desk.thread().claimed_by_id == "bob"


def test_only_the_holder_releases(desk: Desk) -> None:
    ident = desk.thread().id
    desk.order(ClaimConversation(conversation_id=ident))
    with pytest.raises(Refusal):
        desk.order(ReleaseConversation(conversation_id=ident), "bob")
    assert desk.order(ReleaseConversation(conversation_id=ident)).state == "open"


def test_assigning_names_a_person_or_another_unit(desk: Desk) -> None:
    ident = desk.thread().id
    desk.order(AssignConversation(conversation_id=ident, person_id="bob"))
    assert (desk.thread().state, desk.thread().assignee_id) == (S.ASSIGNED, "bob")
    desk.order(AssignConversation(conversation_id=ident, unit_id=BILLING))
    thread = desk.thread()
    assert (thread.state, thread.assignee_id, thread.unit_id) == (S.ASSIGNED, None, BILLING)
    assert desk.order(ClaimConversation(conversation_id=ident)).state == "claimed"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({}, RefusalCode.INVALID_ARGUMENT),
        ({"person_id": "nobody"}, RefusalCode.NOT_FOUND),
        ({"unit_id": "nowhere"}, RefusalCode.NOT_FOUND),
    ],
)
def test_assigning_to_nobody_known_is_refused(
    desk: Desk, target: dict[str, str], code: RefusalCode
) -> None:
    before = desk.thread()
    with pytest.raises(Refusal) as error:
        desk.order(AssignConversation(conversation_id=before.id, **target))
    assert code_of(error) is code
    assert desk.thread() == before


@pytest.mark.parametrize("state", [S.SPAM, S.NO_REPLY_NEEDED])
def test_triage_cancels_the_clock_and_back_again(desk: Desk, state: S) -> None:
    ident = desk.thread().id
    desk.order(TriageConversation(conversation_id=ident, state=state, reason="An advert."))
    thread = desk.thread()
    assert thread.state is state
    assert thread.clock is not None
    assert thread.clock.state is ClockState.CANCELLED
    assert told_of(desk, ConversationStateChanged)[-1].reason == "An advert."
    desk.order(TriageConversation(conversation_id=ident, state=S.OPEN))
    assert desk.thread().clock == thread.clock.__class__(
        kind=thread.clock.kind,
        state=ClockState.RUNNING,
        started_at=NOW,
        due_at=thread.clock.due_at,
    )


def test_triage_decides_for_three_states_only(desk: Desk) -> None:
    with pytest.raises(Refusal) as error:
        desk.order(TriageConversation(conversation_id=desk.thread().id, state=S.REPLIED))
    assert code_of(error) is RefusalCode.INVALID_ARGUMENT


def test_what_a_person_decided_is_not_undone_by_a_message(desk: Desk) -> None:
    desk.order(TriageConversation(conversation_id=desk.thread().id, state=S.SPAM))
    desk.hear(an_arrival("m0", at=-5, in_reply_to="m1"), an_arrival("m2", at=5, in_reply_to="m1"))
    assert (desk.thread().state, desk.thread().mention_count) == (S.SPAM, 3)


def test_a_message_in_a_held_thread_leaves_the_owner(desk: Desk) -> None:
    desk.order(ClaimConversation(conversation_id=desk.thread().id))
    desk.hear(an_arrival("m2", at=1, in_reply_to="m1"))
    thread = desk.thread()
    assert (thread.state, thread.claimed_by_id, thread.mention_count) == (S.CLAIMED, "ann", 2)


def test_an_answer_elsewhere_takes_a_held_thread_out_of_hand(desk: Desk) -> None:
    desk.order(AssignConversation(conversation_id=desk.thread().id, person_id="bob"))
    desk.hear(an_answer("a1", "m1", at=4))
    assert desk.thread().state is S.REPLIED
    desk.hear(an_arrival("m2", at=9, in_reply_to="a1"))
    thread = desk.thread()
    assert (thread.state, thread.assignee_id) == (S.ASSIGNED, "bob")


def test_silence_after_an_answer_waits_for_the_public_then_resolves(desk: Desk) -> None:
    desk.hear(an_answer("a1", "m1", at=4))
    desk.pass_time(QUIET_AFTER_REPLY.total_seconds())
    assert desk.thread().state is S.WAITING_PUBLIC
    desk.pass_time(QUIET_AFTER_WAITING.total_seconds())
    assert desk.thread().state is S.RESOLVED


def test_a_new_message_breaks_the_silence(desk: Desk) -> None:
    desk.hear(an_answer("a1", "m1", at=4))
    desk.pass_time(QUIET_AFTER_REPLY.total_seconds() - 60)
    desk.hear(an_arrival("m2", at=30, in_reply_to="m1"))
    desk.pass_time(QUIET_AFTER_WAITING.total_seconds())
    assert desk.thread().state is S.OPEN


def test_resolving_ends_every_clock(desk: Desk) -> None:
    desk.order(ResolveConversation(conversation_id=desk.thread().id, reason="By phone."))
    thread = desk.thread()
    assert thread.state is S.RESOLVED
    assert thread.clock is not None
    assert thread.clock.state is ClockState.CANCELLED
    with pytest.raises(Refusal) as error:
        desk.order(ResolveConversation(conversation_id=thread.id))
    assert code_of(error) is RefusalCode.WRONG_STATE


def test_a_message_within_the_window_reopens_and_the_clock_restarts(desk: Desk) -> None:
    desk.order(AssignConversation(conversation_id=desk.thread().id, person_id="bob"))
    desk.order(ResolveConversation(conversation_id=desk.thread().id))
    desk.hear(an_arrival("m2", at=60, in_reply_to="m1"))
    thread = desk.thread()
    assert (thread.state, thread.assignee_id) == (S.ASSIGNED, "bob")
    assert thread.clock is not None
    assert (thread.clock.state, thread.clock.started_at) == (ClockState.RUNNING, minutes(60))


def test_a_message_after_the_window_begins_a_linked_conversation(desk: Desk) -> None:
    desk.order(ResolveConversation(conversation_id=desk.thread().id))
    late = (REOPEN_WINDOW + timedelta(hours=1)).total_seconds() / 60
    desk.hear(an_arrival("m2", at=late, in_reply_to="m1"))
    old, new = desk.threads()
    assert (old.state, old.continued_in_id) == (S.RESOLVED, new.id)
    assert (new.state, new.linked_to_id, new.mention_count) == (S.OPEN, old.id, 1)
    desk.hear(an_arrival("m3", at=late + 5, in_reply_to="m1"))
    assert [thread.mention_count for thread in desk.threads()] == [1, 2]


def test_orders_on_a_merged_thread_reach_the_one_that_holds_it_now() -> None:
    desk = a_desk()
    desk.hear(an_arrival("left", at=1))
    desk.hear(an_arrival("right", at=3, in_reply_to="middle"))
    left, right = desk.threads()
    desk.hear(an_arrival("middle", at=2, in_reply_to="left"))
    assert desk.thread().id == left.id
    assert desk.order(ClaimConversation(conversation_id=right.id)).id == left.id


def test_of_two_threads_the_one_somebody_works_on_stays() -> None:
    desk = a_desk()
    desk.hear(an_arrival("left", at=1))
    desk.hear(an_arrival("right", at=3, in_reply_to="middle"))
    _, right = desk.threads()
    desk.order(ClaimConversation(conversation_id=right.id))
    desk.hear(an_arrival("middle", at=2, in_reply_to="left"))
    thread = desk.thread()
    assert (thread.id, thread.state, thread.opened_at) == (right.id, S.CLAIMED, minutes(1))
