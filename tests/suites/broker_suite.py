"""What every broker behind ``chassis.broker.ports`` does: the adapter's and the twin's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic

import pytest

from chassis.broker.ports import Broker, BrokerReplaced, Consumer, Message, Record
from chassis.errors import Unavailable
from tests.support.waiting import eventually

TOPIC = "workflow.conversations"


def a_message(value: str, *, key: str = "k", partition: int | None = None) -> Message:
    return Message(
        topic=TOPIC,
        key=key.encode(),
        value=value.encode(),
        headers=(("ce_id", value.encode()),),
        partition=partition,
    )


def collected(consumer: Consumer, count: int, *, within: float = 15.0) -> list[Record]:
    """Poll until so many records came; commits nothing."""
    found: list[Record] = []
    deadline = monotonic() + within
    while len(found) < count and monotonic() < deadline:
        found += consumer.poll(500, 0.1)
    return found


def values(records: list[Record]) -> list[str]:
    return [item.value.decode() for item in records]


def positions(records: list[Record]) -> dict[int, int]:
    return {item.partition: item.offset + 1 for item in records}


class _Joining:
    @pytest.fixture
    def joined(self, broker: Broker) -> Iterator[Callable[[str], Consumer]]:
        """Makes consumers that are closed at the end."""
        made: list[Consumer] = []

        def join(group: str) -> Consumer:
            made.append(broker.consumer(group, TOPIC))
            return made[-1]

        yield join
        for consumer in made:
            consumer.close()


class BrokerSuite(_Joining):
    """Subclasses provide the fixture ``broker`` with the topic made."""

    def test_a_group_that_starts_late_gets_everything_from_the_beginning(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        broker.producer().send([a_message(str(i), key=str(i)) for i in range(50)])
        found = collected(joined("late"), 50)
        assert sorted(values(found), key=int) == [str(i) for i in range(50)]

    def test_messages_of_one_key_come_in_the_order_they_were_sent(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        producer = broker.producer()
        for start in range(0, 300, 100):
            producer.send([a_message(str(i), key=str(i % 3)) for i in range(start, start + 100)])
        found = collected(joined("order"), 300)
        for key in range(3):
            mine = [int(item.value) for item in found if item.key == str(key).encode()]
            assert mine == list(range(key, 300, 3))

    def test_a_record_carries_key_headers_and_position(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        broker.producer().send([a_message("one", key="a/b", partition=2)])
        (found,) = collected(joined("shape"), 1)
        assert (found.topic, found.partition, found.offset) == (TOPIC, 2, 0)
        assert (found.key, found.headers) == (b"a/b", (("ce_id", b"one"),))

    def test_a_group_goes_on_where_it_committed(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        producer = broker.producer()
        producer.send([a_message(str(i), partition=0) for i in range(10)])
        first = joined("go-on")
        collected(first, 10)
        first.commit({0: 6})
        first.close()
        producer.send([a_message("10", partition=0)])
        assert values(collected(joined("go-on"), 5)) == ["6", "7", "8", "9", "10"]

    def test_a_poll_returns_no_more_than_asked_for(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        broker.producer().send([a_message(str(i)) for i in range(100)])
        consumer = joined("few")
        first = eventually(lambda: consumer.poll(7, 0.1), within_s=15)
        assert len(first) <= 7

    def test_a_paused_consumer_hands_out_nothing_and_loses_nothing(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        producer = broker.producer()
        consumer = joined("paused")
        producer.send([a_message("before")])
        assert values(collected(consumer, 1)) == ["before"]
        consumer.pause()
        producer.send([a_message("during")])
        assert consumer.poll(10, 0.5) == []
        consumer.resume()
        assert values(collected(consumer, 1)) == ["during"]

    def test_lag_counts_what_was_not_polled(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        broker.producer().send([a_message(str(i), partition=1) for i in range(100)])
        consumer = joined("lag")
        polled = len(eventually(lambda: consumer.poll(30, 0.1), within_s=15))
        assert consumer.lag()[1] == 100 - polled
        collected(consumer, 100 - polled)
        eventually(lambda: consumer.poll(10, 0.1) == [] and set(consumer.lag().values()) == {0})

    def test_a_reader_without_a_group_sees_what_comes_from_now_on(self, broker: Broker) -> None:
        producer = broker.producer()
        producer.send([a_message(f"old{i}", partition=i % 4) for i in range(40)])
        reader = broker.reader([TOPIC])
        try:
            reader.poll(500, 0.5)
            producer.send([a_message("new")])
            assert "new" in values(eventually(lambda: reader.poll(500, 0.1), within_s=15))
        finally:
            reader.close()


class SharingSuite(_Joining):
    """For brokers whose groups may have several members at once."""

    def test_two_members_share_the_partitions(
        self, broker: Broker, joined: Callable[[str], Consumer]
    ) -> None:
        members = [joined("shared"), joined("shared")]
        with _polling(members):
            eventually(lambda: _is_shared(members), within_s=30)


class AdminSuite:
    """For brokers that can make and drop topics; the fixture ``broker`` has TOPIC."""

    def test_making_topics_again_keeps_what_they_hold(self, broker: Broker) -> None:
        broker.producer().send([a_message("kept")])
        before = broker.incarnation(TOPIC)
        broker.ensure_topics([TOPIC, "workflow.content"])
        consumer = broker.consumer("again", TOPIC)
        assert values(collected(consumer, 1)) == ["kept"]
        assert broker.incarnation(TOPIC) == before
        consumer.close()

    def test_a_rotated_topic_is_empty_and_its_consumers_are_told(self, broker: Broker) -> None:
        producer = broker.producer()
        producer.send([a_message(f"old{i}") for i in range(20)])
        old = broker.consumer("rotated", TOPIC)
        old.commit(positions(collected(old, 20)))
        broker.rotate(TOPIC)
        eventually(lambda: _is_told(old), within_s=5)
        old.close()
        producer.send([a_message("new")])
        fresh = broker.consumer("rotated", TOPIC)
        assert values(collected(fresh, 1)) == ["new"]
        fresh.close()

    def test_a_stale_member_cannot_make_the_new_log_be_skipped(self, broker: Broker) -> None:
        producer = broker.producer()
        producer.send([a_message(f"old{i}", partition=0) for i in range(20)])
        stale = broker.consumer("stale", TOPIC)
        collected(stale, 20)
        broker.rotate(TOPIC)
        producer.send([a_message(str(i), partition=0) for i in range(30)])
        stale.commit({0: 20})
        stale.close()
        fresh = broker.consumer("stale", TOPIC)
        assert values(collected(fresh, 30)) == [str(i) for i in range(30)]
        fresh.close()


def _is_shared(members: list[Consumer]) -> bool:
    halves = [member.assigned() for member in members]
    return sorted(len(half) for half in halves) == [2, 2] and not halves[0] & halves[1]


@contextmanager
def _polling(members: list[Consumer]) -> Iterator[None]:
    """Each member in a thread of its own, as in real life: a join waits for the others."""
    stopping = Event()

    def poll(member: Consumer) -> None:
        while not stopping.is_set():
            with suppress(Unavailable):
                member.poll(10, 0.1)

    threads = [Thread(target=poll, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _is_told(consumer: Consumer) -> bool:
    try:
        consumer.poll(10, 0.1)
    except BrokerReplaced:
        return True
    return False
