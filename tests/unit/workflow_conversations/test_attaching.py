"""Arrivals become threads with an owner and a clock."""

from __future__ import annotations

import pytest

from chassis.errors import Unreadable
from contracts.ingest import Author
from contracts.workflow.channels import ChannelState
from contracts.workflow.conversations import (
    ClockState,
    ConversationMerged,
    ConversationOpened,
    ConversationReplied,
    ConversationState,
    ConversationStateChanged,
    MentionRevised,
    MentionsAttached,
)
from contracts.workflow.organizations import RoutingAction
from services.workflow.domain.conversations.conversation import OUTSIDE_ROSTRUM
from tests.unit.workflow_conversations.builders import (
    BILLING,
    DESK,
    a_channel,
    a_deletion,
    a_desk,
    a_rule,
    an_answer,
    an_arrival,
    minutes,
    told_of,
)

S = ConversationState


def test_a_question_opens_a_thread_at_the_channels_unit_with_a_day_to_answer() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1", at=5))
    thread = desk.thread()
    assert (thread.state, thread.unit_id, thread.routed_by) == (S.OPEN, DESK, "channel default")
    assert thread.clock is not None
    assert thread.clock.state is ClockState.RUNNING
    assert thread.clock.started_at == minutes(5)
    assert thread.clock.due_at == minutes(5 + 24 * 60)


def test_one_batch_tells_each_thread_once() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1"), an_arrival("m2", at=1, in_reply_to="m1"), an_arrival("x"))
    assert len(told_of(desk, ConversationOpened)) == 2
    assert sorted(len(fact.mentions) for fact in told_of(desk, MentionsAttached)) == [1, 2]
    assert told_of(desk, ConversationStateChanged) == []


def test_an_answer_written_elsewhere_stops_the_clock_for_nobody_here() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1"))
    desk.hear(an_answer("a1", "m1", at=12))
    thread = desk.thread()
    assert thread.state is S.REPLIED
    assert thread.clock is not None
    assert (thread.clock.state, thread.clock.stopped_at) == (ClockState.STOPPED, minutes(12))
    assert thread.clock.credited_to == OUTSIDE_ROSTRUM
    (fact,) = told_of(desk, ConversationReplied)
    assert (fact.mention_external_id, fact.delivery_id) == ("a1", None)


def test_a_new_question_after_an_answer_opens_the_thread_again() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1"), an_answer("a1", "m1", at=12))
    desk.hear(an_arrival("m2", at=20, in_reply_to="a1"))
    thread = desk.thread()
    assert thread.state is S.OPEN
    assert thread.clock is not None
    assert thread.clock.stopped_at == minutes(12)
    assert thread.preview == "Where is my parcel?"


def test_our_own_post_waits_for_nobody_until_the_public_answers_it() -> None:
    desk = a_desk()
    desk.hear(an_answer("post", None, text="We are open on Monday."))
    assert (desk.thread().state, desk.thread().clock) == (S.NO_REPLY_NEEDED, None)
    desk.hear(an_arrival("m1", at=3, in_reply_to="post"))
    thread = desk.thread()
    assert (thread.state, thread.mention_count) == (S.OPEN, 2)
    assert thread.clock is not None
    assert thread.clock.started_at == minutes(3)


def test_an_orphan_is_merged_when_its_parent_arrives() -> None:
    desk = a_desk()
    desk.hear(an_arrival("left", at=1))
    desk.hear(an_arrival("right", at=3, in_reply_to="middle"))
    assert len(desk.threads()) == 2
    desk.hear(an_arrival("middle", at=2, in_reply_to="left"))
    thread = desk.thread()
    assert (thread.mention_count, thread.opened_at) == (3, minutes(1))
    (merged,) = told_of(desk, ConversationMerged)
    assert merged.into_id == thread.id
    assert {mention.conversation_id for mention in desk.mentions()} == {thread.id}


def test_a_circle_of_replies_is_one_thread() -> None:
    desk = a_desk()
    desk.hear(
        an_arrival("m1", in_reply_to="m3"),
        an_arrival("m2", in_reply_to="m1"),
        an_arrival("m3", in_reply_to="m2"),
        an_arrival("self", in_reply_to="self"),
    )
    assert sorted(thread.mention_count for thread in desk.threads()) == [1, 3]


def test_a_parent_that_can_have_no_id_is_no_parent() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1", in_reply_to="a\x1fb"))
    assert desk.thread().mention_count == 1


def test_the_same_facts_again_change_nothing() -> None:
    desk = a_desk()
    batch = [an_arrival("m1"), an_answer("a1", "m1", at=2), a_deletion("gone")]
    desk.hear(*batch)
    before = (desk.threads(), desk.mentions(), desk.factory.store.all("outbox"))
    desk.hear(*batch)
    assert (desk.threads(), desk.mentions(), desk.factory.store.all("outbox")) == before


def test_an_older_revision_never_overwrites_a_newer_one() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1", text="first"))
    desk.hear(an_arrival("m1", text="third", revision="3", edited_at=minutes(30)))
    desk.hear(an_arrival("m1", text="second", revision="2", edited_at=minutes(20)))
    (mention,) = desk.mentions()
    assert (mention.text, desk.thread().preview) == ("third", "third")
    assert [fact.revision for fact in told_of(desk, MentionRevised)] == ["3"]


def test_a_deletion_keeps_the_words_and_is_told() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1", text="I regret this"))
    desk.hear(a_deletion("m1"))
    (mention,) = desk.mentions()
    assert (mention.text, mention.is_deleted) == ("I regret this", True)
    assert [fact.is_deleted for fact in told_of(desk, MentionRevised)] == [True]


def test_a_deletion_of_what_never_arrived_opens_no_thread() -> None:
    desk = a_desk()
    desk.hear(a_deletion("m1"))
    assert desk.threads() == []
    desk.hear(an_arrival("m1", in_reply_to="root"), an_arrival("root"))
    (thread,) = desk.threads()
    assert thread.mention_count == 2
    assert [mention.is_deleted for mention in desk.mentions() if mention.external_id == "m1"] == [
        True
    ]


def test_the_first_rule_that_matches_decides() -> None:
    desk = a_desk(
        a_rule(1, RoutingAction.ROUTE, "bill"),
        a_rule(0, RoutingAction.SPAM, "win  a PRIZE"),
    )
    desk.hear(
        an_arrival("a", at=0, text="You Win a prize on your bill"),
        an_arrival("b", at=1, text="My bill is wrong"),
        an_arrival("c", at=2),
    )
    spam, bill, other = desk.threads()
    assert (spam.state, spam.clock.state if spam.clock else None) == (S.SPAM, ClockState.CANCELLED)
    assert (bill.state, bill.unit_id) == (S.OPEN, BILLING)
    assert (other.state, other.unit_id) == (S.OPEN, DESK)


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ({"channel_ids": ("c1",)}, True),
        ({"channel_ids": ("c2",)}, False),
        ({"author_handles": ("@Ann",)}, True),
        ({"author_handles": ("bob",)}, False),
        ({"kinds": ("mention",)}, True),
        ({"kinds": ("direct",)}, False),
        ({"author_handles": ("ann",), "kinds": ("direct",)}, False),
    ],
)
def test_every_condition_of_a_rule_has_to_hold(
    condition: dict[str, tuple[str, ...]], is_met: bool
) -> None:
    desk = a_desk(a_rule(0, RoutingAction.SPAM, **condition))
    desk.hear(an_arrival("m1", author=Author(external_id="u1", handle="ann")))
    assert (desk.thread().state is S.SPAM) is is_met


def test_one_question_makes_a_thread_of_spam_a_question() -> None:
    desk = a_desk(a_rule(0, RoutingAction.SPAM, "prize"))
    desk.hear(an_arrival("m1", text="A prize!"), an_arrival("m2", at=1, in_reply_to="m1"))
    assert desk.thread().state is S.OPEN


def test_a_thank_you_does_not_reopen_if_a_rule_says_so() -> None:
    desk = a_desk(a_rule(0, RoutingAction.NO_REPLY_NEEDED, "thank"))
    desk.hear(an_arrival("m1"), an_answer("a1", "m1", at=2))
    desk.hear(an_arrival("m2", at=5, in_reply_to="a1", text="Thank you!"))
    assert desk.thread().state is S.REPLIED


def test_an_archived_channel_keeps_the_message_and_asks_for_nothing() -> None:
    desk = a_desk(channels=[a_channel("c1", state=ChannelState.ARCHIVED)])
    desk.hear(an_arrival("m1"))
    assert desk.thread().state is S.NO_REPLY_NEEDED
    assert len(desk.mentions()) == 1


def test_a_channel_nobody_registered_is_set_aside() -> None:
    desk = a_desk()
    with pytest.raises(Unreadable, match="c9"):
        desk.hear(an_arrival("m1", channel_id="c9"))
    assert desk.mentions() == []


def test_the_same_external_id_on_two_channels_is_two_messages() -> None:
    desk = a_desk()
    desk.hear(an_arrival("m1"), an_arrival("m1", channel_id="c2"))
    desk.hear(an_arrival("m2", at=1, channel_id="c2", in_reply_to="m1"))
    assert sorted((t.channel_id, t.mention_count) for t in desk.threads()) == [("c1", 1), ("c2", 2)]
