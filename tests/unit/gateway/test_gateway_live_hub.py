"""The hub: one organization's subscribers, bounded queues, resync after a drop."""

from __future__ import annotations

from contracts.topics import Topic
from services.graphql_gateway.application.live import LONGEST_QUEUE, MISSED, Heard, Hub

NEWS = Heard("conv-1", "ConversationOpened")


def test_only_the_organization_and_topic_that_were_asked_for_are_heard() -> None:
    hub = Hub(10)
    ours, other = hub.join(Topic.CONVERSATIONS, "a"), hub.join(Topic.CONTENT, "a")
    assert ours is not None
    assert other is not None
    hub.tell("workflow.conversations", "b", NEWS)
    hub.tell("workflow.conversations", "a", NEWS)
    assert ours.next(0) == NEWS
    assert ours.next(0) is None
    assert other.next(0) is None


def test_a_slow_subscriber_is_told_to_read_again_and_keeps_what_comes_after() -> None:
    hub = Hub(10)
    slow = hub.join(Topic.CONTENT, "a")
    assert slow is not None
    for _ in range(LONGEST_QUEUE + 1):
        hub.tell("workflow.content", "a", NEWS)
    hub.tell("workflow.content", "a", Heard("c", "ContentDrafted"))
    assert slow.dropped == LONGEST_QUEUE
    assert slow.next(0) == MISSED
    assert slow.next(0) == Heard("c", "ContentDrafted")


def test_a_process_carries_so_many_and_a_place_becomes_free_again() -> None:
    hub = Hub(1)
    first = hub.join(Topic.CONTENT, "a")
    assert first is not None
    assert hub.join(Topic.CONTENT, "b") is None
    hub.leave(first)
    assert hub.join(Topic.CONTENT, "b") is not None


def test_everybody_hears_that_the_readers_began_anew() -> None:
    hub = Hub(2)
    both = [hub.join(topic, "a") for topic in (Topic.CONTENT, Topic.CONVERSATIONS)]
    hub.tell_missed()
    assert [each and each.next(0) for each in both] == [MISSED, MISSED]
