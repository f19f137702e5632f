"""What a fact does to what is known of its aggregate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import catalog as _catalog  # noqa: F401 - importing it fills REGISTRY
from contracts.envelope import key_of
from contracts.facts import REGISTRY, Fact, decode, encode
from contracts.topics import SUBSCRIPTIONS
from contracts.workflow.content import ContentDrafted, ContentKind, ContentState, TopicRisk, Variant
from contracts.workflow.conversations import ConversationMerged
from contracts.workflow.deliveries import DeliveryState
from services.reporting.domain.personal import PERSONAL, redacted
from services.reporting.domain.shares import Part, whole_seconds
from services.reporting.domain.slots import SLOTS, murmur2, slot_of
from tests.support.reporting import (
    CHANNEL,
    MOMENT,
    ORG,
    UNIT,
    PlainFolds,
    Speaker,
    approved,
    archive_facts,
    assigned,
    attaching,
    confirmed,
    interleaved,
    later,
    opening,
)
from tests.support.twcs_figures import Tweet

ASKED = Tweet("1", True, MOMENT, None)
ANSWERED = Tweet("2", False, later(10), "1")
READ_TOPICS = {topic for group, topic in SUBSCRIPTIONS.items() if group.reader == "reporting"}
READ_FACTS = [
    kind for kind in REGISTRY.values() if kind.TOPIC in READ_TOPICS and kind.upcast is Fact.upcast
]
"""Shapes that are no longer spoken are lifted as they are read, so nobody folds or logs them."""


def amounts(folds: PlainFolds) -> dict[str, dict[str, int]]:
    """By unit; each test has one day and channel."""
    found: dict[str, dict[str, int]] = {}
    for part, each in folds.days.items():
        found.setdefault(part.unit_id, {}).update(each)
    return found


def test_an_answer_takes_its_message_from_the_unanswered() -> None:
    folds, speaker = PlainFolds(), Speaker()
    folds.take([speaker.say("a", opening("a")), speaker.say("a", attaching("a", [ASKED]))])
    assert amounts(folds)[UNIT] == {"mentions": 1, "mentions_inbound": 1, "unanswered": 1}
    folds.take([speaker.say("a", attaching("a", [ANSWERED]))])
    assert amounts(folds)[UNIT] == {
        "mentions": 2,
        "mentions_inbound": 1,
        "replies": 1,
        "reply_time/600": 1,
        "first_response_per_message/600": 1,
        "first_response_per_conversation/600": 1,
    }


def test_everything_moves_with_the_unit() -> None:
    folds, speaker = PlainFolds(), Speaker()
    folds.take([speaker.say("a", opening("a")), speaker.say("a", attaching("a", [ASKED]))])
    before = amounts(folds)[UNIT]
    folds.take([speaker.say("a", assigned("a", "elsewhere"))])
    assert amounts(folds) == {"elsewhere": before}


def test_a_merged_conversation_counts_nothing_and_its_messages_count_once() -> None:
    folds, speaker = PlainFolds(), Speaker()
    folds.take([speaker.say("a", opening("a")), speaker.say("a", attaching("a", [ASKED]))])
    folds.take([speaker.say("b", opening("b")), speaker.say("b", attaching("b", [ANSWERED]))])
    assert amounts(folds)[UNIT]["unanswered"] == 1
    merged = ConversationMerged(conversation_id="b", into_id="a")
    folds.take([speaker.say("a", attaching("a", [ANSWERED])), speaker.say("b", merged)])
    assert amounts(folds)[UNIT]["mentions"] == 2
    assert "unanswered" not in amounts(folds)[UNIT]


def test_a_message_that_is_told_twice_counts_once() -> None:
    folds, speaker = PlainFolds(), Speaker()
    folds.take(
        [speaker.say("a", attaching("a", [ASKED])), speaker.say("a", attaching("a", [ASKED]))]
    )
    assert amounts(folds)[UNIT]["mentions"] == 1


def test_only_an_approval_that_ends_a_round_is_one() -> None:
    folds, speaker = PlainFolds(), Speaker()
    said = [
        approved("item", 60, state=ContentState.CHANGES_REQUESTED),
        approved("item", 90),
        approved("item", None, previous=ContentState.SCHEDULED),
    ]
    folds.take([speaker.say("item", fact) for fact in said])
    assert amounts(folds)[UNIT] == {"approvals": 1, "approval_wait/90": 1}


def test_an_approval_of_a_post_for_two_channels_counts_on_the_first() -> None:
    folds = PlainFolds()
    folds.take([Speaker().say("item", approved("item", 5, channel_ids=("one", "two")))])
    assert [part.channel_id for part in folds.days] == ["one"]


@pytest.mark.parametrize(
    "changes", [{"state": DeliveryState.FAILED}, {"conversation_id": "conversation"}]
)
def test_only_a_confirmed_post_is_published(changes: dict[str, object]) -> None:
    folds = PlainFolds()
    folds.take([Speaker().say("delivery", confirmed("delivery", MOMENT, **changes))])
    assert folds.days == {}


def test_a_post_counts_on_the_day_it_was_confirmed() -> None:
    folds, speaker = PlainFolds(), Speaker()
    at = MOMENT - timedelta(days=1)
    folds.take([speaker.say("delivery", confirmed("delivery", at)) for _ in range(2)])
    (part,) = folds.days
    assert (part.day, folds.days[part]) == ("2026-03-01", {"posts_published": 1})


def test_facts_that_were_folded_are_passed_over() -> None:
    folds, speaker = PlainFolds(), Speaker()
    facts = [speaker.say("a", attaching("a", [ASKED])), speaker.say("a", assigned("a", "x"))]
    folds.take(facts)
    before = folds.days
    folds.take(facts)
    assert folds.days == before


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    shape=st.lists(
        st.tuples(st.booleans(), st.integers(-2, 8), st.integers(0, 200_000)), max_size=9
    ),
    size=st.integers(1, 30),
)
def test_sums_do_not_depend_on_the_order_of_aggregates_or_on_batches(
    seed: int, shape: list[tuple[bool, int, int]], size: int
) -> None:
    tweets = {
        str(n): Tweet(
            str(n), inbound, MOMENT + timedelta(seconds=at), str(parent) if parent >= 0 else None
        )
        for n, (inbound, parent, at) in enumerate(shape)
    }
    lines = archive_facts(tweets, seed)
    plain, mixed = PlainFolds(), PlainFolds()
    for line in lines:
        plain.take(line)
    stream = interleaved(lines, seed)
    for start in range(0, len(stream), size):
        mixed.take(stream[start : start + size])
    assert mixed.days == plain.days
    assert mixed.folds == plain.folds


@pytest.mark.parametrize("kind", READ_FACTS, ids=lambda kind: kind.__name__)
def test_somebody_said_what_is_personal_in_every_fact(kind: type) -> None:
    assert kind in PERSONAL, f"say in PERSONAL what is personal in {kind.__name__}"
    assert PERSONAL[kind].keys() <= set(kind.__struct_fields__)


def test_what_is_left_out_leaves_a_body_that_can_be_read() -> None:
    drafted = ContentDrafted(
        content_id="item",
        kind=ContentKind.POST,
        author_id="person",
        unit_id=UNIT,
        topic_risk=TopicRisk.R2,
        conversation_id=None,
        variants=(Variant(channel_id=CHANNEL, text="Alice is ill."),),
    )
    body = encode(redacted(drafted))
    assert b"Alice" not in body
    assert isinstance(decode(drafted.TYPE, body), ContentDrafted)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)],
)
def test_slots_are_hashed_as_kafka_hashes_keys(raw: bytes, expected: int) -> None:
    """Values of Kafka's own UtilsTest.testMurmur2."""
    assert murmur2(raw) == expected % 2**32


def test_a_slot_is_the_partition_of_the_key() -> None:
    hashes = [murmur2(key_of(ORG, str(n))) & 0x7FFFFFFF for n in range(64)]
    assert [slot_of(ORG, str(n)) for n in range(64)] == [each % 4 for each in hashes]
    assert {each % SLOTS for each in hashes} == set(range(SLOTS))


def test_seconds_are_rounded_down_on_both_sides_of_zero() -> None:
    almost = timedelta(seconds=1, milliseconds=999)
    assert (whole_seconds(MOMENT, MOMENT + almost), whole_seconds(MOMENT + almost, MOMENT)) == (
        1,
        -2,
    )


def test_a_part_names_one_day_document() -> None:
    folds = PlainFolds()
    folds.take([Speaker().say("delivery", confirmed("delivery", MOMENT))])
    assert list(folds.days) == [Part(ORG, "2026-03-02", CHANNEL, UNIT, slot_of(ORG, "delivery"))]
