"""Relay, refill and purge over a real outbox; the broker is the twin unless its faults matter."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo import MongoClient

from chassis import metric_defs
from chassis.broker.memory import MemoryBroker
from chassis.broker.ports import Record
from chassis.clock import FixedClock
from chassis.errors import Unavailable
from chassis.leases import MemoryLeaseStore
from chassis.metrics import Metrics
from chassis.mongo.client import guarded_database
from chassis.outbox.handlers import flow_handlers
from chassis.outbox.ports import OutgoingFact
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.purge import OutboxPurge
from chassis.outbox.relay import Relay, RelayParts, RelaySettings
from chassis.outbox.rows import outbox_row
from chassis.outbox.source import OutboxSource
from chassis.prepare import ServicePlan, prepare_database
from contracts.envelope import Envelope, from_headers
from contracts.flow import BEAT_TYPE, ReportProgress, ResendFacts
from tests.support.flow import GROUP, MOMENT, ORG, TOPIC, a_fact
from tests.support.waiting import eventually

Client = MongoClient[dict[str, Any]]


class Outbox:
    """An ingest database with an outbox, relays over it and a broker."""

    def __init__(self, client: Client, namespace: str) -> None:
        name = f"{namespace}_ingest"
        prepare_database(client[name], ServicePlan("ingest"))
        self.rows = client[name]["outbox"]
        self.database = guarded_database(client, name)
        self.clock = FixedClock(MOMENT)
        self.broker = MemoryBroker()
        self.leases = MemoryLeaseStore(self.clock)
        self.progress = SpeakerProgress(self.database)
        self.registry = CollectorRegistry()
        self.metrics = Metrics(metric_defs.CHASSIS_METRICS, self.registry)

    def write(self, *places: tuple[str, int], at: datetime | None = None) -> None:
        for aggregate, sequence in places:
            row = outbox_row(
                a_fact(f"{aggregate}:{sequence}"),
                fact_id=f"{aggregate}-{sequence}",
                place=(ORG, aggregate, sequence),
                at=at or self.clock.now(),
                trace=None,
            )
            self.rows.insert_one(row)

    def a_relay(self, owner: str = "one", **settings: Any) -> Relay:
        parts = RelayParts(
            broker=self.broker,
            leases=self.leases,
            progress=self.progress,
            clock=self.clock,
            metrics=self.metrics,
        )
        wanted = RelaySettings(service="ingest", owner=owner, **{"idle": 0.05, **settings})
        return Relay(wanted, self.source(), parts)

    def source(self) -> OutboxSource:
        return OutboxSource(self.database, [TOPIC])

    def sent(self) -> list[str]:
        found = [item for item in self.envelopes() if item.type != BEAT_TYPE]
        return [item.id for item in found]

    def envelopes(self) -> list[Envelope]:
        return [from_headers(item.headers) for item in self.records()]

    def records(self) -> list[Record]:
        return self.broker.records(TOPIC)

    def unsent(self) -> int:
        return self.rows.count_documents({"sent_at": None})


@pytest.fixture
def outbox(flow_client: Client, namespace: str) -> Outbox:
    return Outbox(flow_client, namespace)


def test_facts_leave_in_order_and_are_marked(outbox: Outbox) -> None:
    outbox.write(("a", 1), ("a", 2), ("a", 3))
    relay = outbox.a_relay()
    relay.step()
    relay.close()
    assert outbox.sent() == ["a-1", "a-2", "a-3"]
    assert outbox.unsent() == 0


def test_a_fact_written_by_a_clock_that_is_ahead_does_not_overtake_its_predecessor(
    outbox: Outbox,
) -> None:
    outbox.write(("a", 2), at=MOMENT - timedelta(seconds=3))
    outbox.write(("a", 1), at=MOMENT)
    relay = outbox.a_relay(batch=1)
    for _ in range(3):
        relay.step()
    relay.close()
    assert outbox.sent() == ["a-1", "a-2"]


def test_a_fact_missing_in_the_middle_of_a_batch_does_not_come_after_its_successor(
    outbox: Outbox,
) -> None:
    outbox.write(("a", 1), ("a", 3), at=MOMENT - timedelta(seconds=3))
    outbox.write(("a", 2), ("a", 4), at=MOMENT)
    relay = outbox.a_relay(batch=2)
    for _ in range(3):
        relay.step()
    relay.close()
    assert outbox.sent() == ["a-1", "a-2", "a-3", "a-4"]


def test_a_message_says_how_far_the_relay_is(outbox: Outbox) -> None:
    outbox.write(("a", 1), at=MOMENT - timedelta(seconds=9))
    outbox.write(("b", 1))
    outbox.a_relay(batch=5).step()
    facts = [item for item in outbox.envelopes() if item.type != BEAT_TYPE]
    assert {item.oldest_unsent for item in facts} == {MOMENT - timedelta(seconds=9)}
    assert {item.source for item in facts} == {"/rostrum/ingest"}


def test_every_partition_hears_that_everything_is_out_and_then_there_is_silence(
    outbox: Outbox,
) -> None:
    outbox.write(("a", 1))
    relay = outbox.a_relay()
    for _ in range(6):
        relay.step()
        outbox.clock.advance(3)
    beats = [item for item in outbox.records() if from_headers(item.headers).type == BEAT_TYPE]
    last = {item.partition: from_headers(item.headers).oldest_unsent for item in beats}
    assert set(last) == {0, 1, 2, 3}
    assert min(moment for moment in last.values() if moment) > MOMENT
    before = len(outbox.records())
    relay.step()
    assert len(outbox.records()) == before


def test_only_the_holder_of_the_lease_sends_and_a_successor_goes_on(outbox: Outbox) -> None:
    first, second = outbox.a_relay("one"), outbox.a_relay("two")
    first.step()
    outbox.write(("a", 1))
    second.step()
    assert outbox.sent() == []
    first.close()
    second.step()
    assert outbox.sent() == ["a-1"]


class SleepsBeforeMarking(OutboxSource):
    """A source whose relay is suspended between the broker's answer and its own mark."""

    def mark(self, facts: Sequence[OutgoingFact], sent_at: datetime, fence: int) -> int:
        self.slept = (facts, sent_at, fence)
        return 0

    def wake(self) -> int:
        return super().mark(*self.slept)


def test_a_relay_that_slept_through_its_lease_cannot_mark_what_was_opened_again(
    outbox: Outbox,
) -> None:
    outbox.write(("a", 1))
    stale = SleepsBeforeMarking(outbox.database, [TOPIC])
    facts = stale.unsent(10)
    stale.mark(facts, MOMENT, 1)
    outbox.source().mark(facts, MOMENT, 2)
    outbox.source().reopen(TOPIC, None, 2)
    assert stale.wake() == 0
    assert outbox.unsent() == 1


def test_a_broker_that_is_down_loses_nothing_and_costs_no_write(outbox: Outbox) -> None:
    relay = outbox.a_relay()
    relay.step()
    outbox.broker.is_down = True
    outbox.write(("a", 1), ("a", 2))
    with pytest.raises(Unavailable):
        relay.step()
    outbox.broker.is_down = False
    relay.step()
    assert outbox.sent() == ["a-1", "a-2"]


def test_the_age_of_what_waits_grows_while_the_broker_is_away(outbox: Outbox) -> None:
    relay = outbox.a_relay()
    relay.step()
    outbox.broker.is_down = True
    outbox.write(("a", 1))
    outbox.clock.advance(600)
    with pytest.raises(Unavailable):
        relay.step()
    relay.close()
    name = metric_defs.OUTBOX_OLDEST_UNSENT_AGE.name
    shown = outbox.registry.get_sample_value(name, {"source": outbox.source().name})
    assert shown == 600


def test_an_empty_broker_is_filled_from_two_minutes_before_the_slowest_group(
    outbox: Outbox,
) -> None:
    for minute in range(6):
        outbox.write((f"a{minute}", 1), at=MOMENT + timedelta(minutes=minute))
    relay = outbox.a_relay()
    relay.step()
    outbox.progress.note(GROUP, TOPIC, MOMENT + timedelta(minutes=5))
    outbox.broker.wipe()
    relay.step()
    assert sorted(outbox.sent()) == ["a3-1", "a4-1", "a5-1"]


def test_a_rotated_topic_is_filled_again_too(outbox: Outbox) -> None:
    outbox.write(("a", 1))
    relay = outbox.a_relay()
    relay.step()
    outbox.broker.rotate(TOPIC)
    relay.step()
    assert outbox.sent() == ["a-1"]


def test_a_broker_is_filled_completely_while_a_group_never_reported(outbox: Outbox) -> None:
    outbox.write(("a", 1), at=MOMENT - timedelta(days=6))
    relay = outbox.a_relay()
    relay.step()
    relay.close()
    outbox.broker.wipe()
    outbox.a_relay("two").step()
    assert outbox.sent() == ["a-1"]


def test_a_group_that_met_a_gap_gets_the_aggregate_again(outbox: Outbox) -> None:
    outbox.write(("a", 1), ("a", 2), ("a", 3), ("b", 1))
    relay = outbox.a_relay()
    relay.step()
    handlers = flow_handlers(outbox.progress, outbox.source())
    order = ResendFacts(topic=TOPIC, org_id=ORG, aggregate_id="a", from_sequence=2)
    answer = handlers[ResendFacts](order, None)  # type: ignore[arg-type]
    assert answer.count == 2  # type: ignore[attr-defined]
    relay.step()
    assert [item for item in outbox.sent() if item.startswith("a")] == [
        "a-1",
        "a-2",
        "a-3",
        "a-2",
        "a-3",
    ]


def test_progress_reported_by_command_only_goes_forward(outbox: Outbox) -> None:
    report = flow_handlers(outbox.progress, outbox.source())[ReportProgress]
    for minutes in (5, 3):
        at = MOMENT + timedelta(minutes=minutes)
        order = ReportProgress(group=GROUP, topic=TOPIC, applied_up_to=at)
        report(order, None)  # type: ignore[arg-type]
    assert outbox.progress.slowest(TOPIC) == MOMENT + timedelta(minutes=5)


def test_a_fact_leaves_the_outbox_when_it_is_old_sent_and_everybody_is_past_it(
    outbox: Outbox,
) -> None:
    old = MOMENT - timedelta(days=8)
    outbox.write(("a", 1), ("a", 2), at=old)
    outbox.write(("b", 1))
    purge = OutboxPurge(outbox.database, [TOPIC], clock=outbox.clock, metrics=outbox.metrics)
    outbox.rows.update_many({"_id": {"$ne": "a-2"}}, {"$set": {"sent_at": old}})
    purge.step()
    assert outbox.rows.count_documents({}) == 3
    outbox.progress.note(GROUP, TOPIC, MOMENT)
    purge.step()
    assert sorted(row["_id"] for row in outbox.rows.find()) == ["a-2", "b-1"]


def test_a_new_fact_wakes_the_relay(outbox: Outbox) -> None:
    source = outbox.source()
    source.wait(0.01)
    woken: list[bool] = []

    def wait() -> None:
        source.wait(20)
        woken.append(True)

    Thread(target=wait, daemon=True).start()
    outbox.write(("a", 1))
    eventually(lambda: woken, within_s=5)
    source.close()


def test_the_unsent_are_found_by_their_index_without_a_sort(outbox: Outbox) -> None:
    outbox.write(*[(f"a{number}", 1) for number in range(50)])
    query = {"slot": {"$in": list(range(16))}, "sent_at": None}
    plan = outbox.rows.find(query).sort([("created_at", 1), ("_id", 1)]).explain()
    text = str(plan["queryPlanner"]["winningPlan"])
    assert "'unsent'" in text
    assert "SORT_MERGE" in text
    assert "COLLSCAN" not in text


def test_a_full_topic_begins_anew_when_every_group_is_past_it_and_not_before(
    outbox: Outbox,
) -> None:
    relay = outbox.a_relay(rotate_after=10)
    outbox.write(*[(f"a{number}", 1) for number in range(10)])
    relay.step()
    before = outbox.broker.incarnation(TOPIC)
    outbox.clock.advance(3)
    relay.step()
    assert outbox.broker.incarnation(TOPIC) == before
    outbox.clock.advance(300)
    outbox.progress.note(GROUP, TOPIC, outbox.clock.now())
    outbox.write(("b", 1))
    for _ in range(3):
        relay.step()
        outbox.clock.advance(3)
    assert outbox.broker.incarnation(TOPIC) != before
    assert outbox.sent() == ["b-1"]
