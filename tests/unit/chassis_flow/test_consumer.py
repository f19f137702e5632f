"""The durable consumer against every rule of rule 6, with broker, store and clock in memory."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from chassis import metric_defs
from chassis.broker.ports import Message
from chassis.consumer.limit import TooManyDeadLetters
from chassis.errors import Conflict, Refusal, RefusalCode, Unavailable, Unreadable
from contracts.commands import Command
from contracts.flow import BEAT_TYPE, ReportProgress, ResendFacts
from tests.support.flow import GROUP, MOMENT, ORG, TOPIC, TYPE, Rig, a_message


def fails_on(wanted: str, error: Exception, times: int = 1_000_000) -> Callable[[str], None]:
    left = [times]

    def check(detail: str) -> None:
        if detail == wanted and left[0]:
            left[0] -= 1
            raise error

    return check


def test_facts_are_handled_once_however_often_they_come() -> None:
    rig = Rig()
    for _ in range(3):
        rig.send(a_message(1), a_message(2))
        rig.steps()
    assert rig.handled == ["a:1", "a:2"]


def test_a_restarted_group_drops_what_it_applied_before_its_offsets_were_stored() -> None:
    rig = Rig()
    rig.send(a_message(1), a_message(2))
    rig.steps()
    rig.broker.committed.clear()
    rig.restart()
    rig.steps()
    assert rig.handled == ["a:1", "a:2"]


def test_a_gap_is_parked_and_closed_in_order_when_the_missing_fact_comes() -> None:
    rig = Rig()
    rig.send(a_message(1), a_message(3), a_message(4))
    rig.steps()
    assert rig.handled == ["a:1"]
    rig.send(a_message(2))
    rig.steps()
    assert rig.handled == ["a:1", "a:2", "a:3", "a:4"]
    assert rig.rows("parked") == []


def test_a_gap_that_stays_open_for_a_minute_is_asked_for_and_counted() -> None:
    rig = Rig()
    rig.send(a_message(1), a_message(3))
    rig.steps()
    assert rig.told == []
    rig.clock.advance(60)
    rig.steps()
    wanted = ResendFacts(topic=TOPIC, org_id=ORG, aggregate_id="a", from_sequence=2)
    assert rig.told == [wanted]
    labels = {"group": GROUP}
    assert rig.metrics.registry.get_sample_value(metric_defs.RESEND_REQUESTS.name, labels) == 1


def test_types_nobody_handles_advance_the_line() -> None:
    rig = Rig()
    rig.send(a_message(1, type="rostrum.ingest.NobodyKnows.v1", body=b"?"), a_message(2))
    rig.steps()
    assert rig.handled == ["a:2"]


@pytest.mark.parametrize(
    "bad",
    [
        a_message(2, body=b"{not json"),
        a_message(2, body=b'{"channel_id": 7}'),
        a_message(2, body=b"x" * 2_000_000),
        a_message(2, type=TYPE.replace(".v1", ".v9")),
    ],
    ids=["malformed", "wrong shape", "oversized", "unknown version"],
)
def test_what_cannot_be_read_is_set_aside_and_only_its_aggregate_waits(bad: Message) -> None:
    rig = Rig()
    rig.send(a_message(1), bad, a_message(3), a_message(1, "b"))
    rig.steps()
    assert sorted(rig.handled) == ["a:1", "b:1"]
    (letter,) = rig.rows("dead_letters")
    assert (letter["reason"], letter["aggregate_id"], letter["sequence"]) == ("unreadable", "a", 2)
    assert (letter["body"], letter["size"]) == (bad.value, len(bad.value))
    assert [(row["sequence"], row["state"]) for row in rig.rows("parked")] == [(3, "behind")]
    assert [row["aggregate_id"] for row in rig.rows("damaged")] == ["a"]


def test_a_record_without_an_envelope_is_set_aside_with_its_headers() -> None:
    rig = Rig()
    rig.send(Message(topic=TOPIC, key=b"acme/x", value=b"?", headers=(("ce_id", b"1"),)))
    rig.send(a_message(1))
    rig.steps()
    assert rig.handled == ["a:1"]
    (letter,) = rig.rows("dead_letters")
    assert (letter["org_id"], letter["headers"], letter["offset"]) == ("acme", [["ce_id", b"1"]], 0)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refusal(RefusalCode.WRONG_STATE, "no"), "refused"),
        (Unreadable("no"), "unreadable"),
    ],
)
def test_a_batch_is_halved_until_the_failing_fact_stands_alone(
    error: Exception, reason: str
) -> None:
    rig = Rig()
    rig.on_fact = fails_on("l7:1", error)
    rig.send(*[a_message(1, f"l{number}") for number in range(20)])
    rig.steps()
    assert len(rig.handled) == 19
    assert [(row["aggregate_id"], row["reason"]) for row in rig.rows("dead_letters")] == [
        ("l7", reason)
    ]


def test_a_fact_that_crashes_alone_is_set_aside_after_three_restarts_not_before() -> None:
    rig = Rig()
    rig.on_fact = fails_on("a:2", ZeroDivisionError("bug"))
    rig.send(a_message(1), a_message(2), a_message(3), a_message(1, "b"))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            rig.steps()
        rig.restart()
    rig.steps()
    assert sorted(rig.handled) == ["a:1", "b:1"]
    assert [row["reason"] for row in rig.rows("dead_letters")] == ["crashed"]


def test_a_bug_that_is_repaired_in_time_sets_nothing_aside() -> None:
    rig = Rig()
    rig.on_fact = fails_on("a:1", ZeroDivisionError("bug"), times=1)
    rig.send(a_message(1))
    with pytest.raises(ZeroDivisionError):
        rig.steps()
    rig.restart()
    rig.steps()
    assert rig.handled == ["a:1"]


def test_a_store_that_is_away_holds_the_batch_and_pauses_the_intake() -> None:
    rig = Rig(batch=2)
    rig.on_fact = fails_on("a:1", Unavailable("away"), times=3)
    rig.send(*[a_message(number) for number in range(1, 6)])
    for _ in range(3):
        with pytest.raises(Unavailable):
            rig.consumer.step()
    assert (rig.handled, sum(rig.consumer.lag().values())) == ([], 3)
    rig.steps(6)
    assert rig.handled == [f"a:{number}" for number in range(1, 6)]


def test_a_conflict_runs_the_same_batch_again() -> None:
    rig = Rig()
    rig.on_fact = fails_on("a:1", Conflict("lost"), times=60)
    rig.send(a_message(1))
    for _ in range(3):
        with pytest.raises(Conflict):
            rig.consumer.step()
    rig.steps()
    assert (rig.handled, rig.rows("dead_letters")) == (["a:1"], [])


def test_a_fact_that_conflicts_for_ever_is_set_aside_and_the_others_go_on() -> None:
    rig = Rig(conflict_patience=300.0)
    rig.on_fact = fails_on("b:1", Conflict("lost"))
    rig.send(a_message(1), a_message(1, "b"), a_message(1, "c"))
    while [row["state"] for row in rig.rows("dead_letters")] != ["set aside"]:
        with suppress(Conflict):
            rig.consumer.step()
        rig.clock.advance(60)
    rig.steps()
    assert sorted(rig.handled) == ["a:1", "c:1"]
    assert rig.clock.now() - MOMENT > timedelta(seconds=300)


def test_too_many_letters_stop_the_group_before_it_drains_the_topic() -> None:
    rig = Rig(batch=5)
    rig.send(*[a_message(1, f"l{number}", body=b"{") for number in range(200)])
    with pytest.raises(TooManyDeadLetters):
        rig.steps(100)
    assert len(rig.rows("dead_letters")) <= 20
    rig.restart()
    with pytest.raises(TooManyDeadLetters):
        rig.steps(100)
    assert len(rig.rows("dead_letters")) <= 20


def test_one_bad_fact_in_a_hundred_never_stops_the_group() -> None:
    rig = Rig(batch=50)
    for number in range(3_000):
        body = b"{" if number % 100 == 50 else None
        rig.send(a_message(1, f"l{number}", body=body))
    rig.steps(100)
    assert (len(rig.handled), len(rig.rows("dead_letters"))) == (2_970, 30)


def test_after_a_stop_a_repaired_group_goes_on_and_is_trusted_again() -> None:
    rig = Rig(batch=50)
    rig.on_fact = fails_on_all
    rig.send(*[a_message(1, f"l{number}") for number in range(300)])
    with pytest.raises(TooManyDeadLetters):
        rig.steps(100)
    rig.on_fact = lambda _: None
    rig.restart()
    rig.steps(100)
    assert len(rig.handled) == 300 - len(rig.rows("dead_letters"))
    assert (rig.factory.store.get("progress", f"stopped|{GROUP}") or {})["at"] is None


def fails_on_all(_: str) -> None:
    raise Refusal(RefusalCode.WRONG_STATE, "bad deploy")


def test_a_wiped_broker_is_joined_again_from_its_beginning() -> None:
    rig = Rig()
    rig.send(a_message(1), a_message(2))
    rig.steps()
    rig.broker.wipe()
    with pytest.raises(Unavailable):
        rig.consumer.step()
    rig.steps()
    rig.send(*[a_message(number) for number in range(1, 5)])
    rig.steps()
    assert rig.handled == ["a:1", "a:2", "a:3", "a:4"]


def a_beat(partition: int, seconds: float) -> Message:
    made = a_message(0, type=BEAT_TYPE, body=b"", oldest_unsent=MOMENT + timedelta(seconds=seconds))
    return Message(topic=TOPIC, value=b"", headers=made.headers, partition=partition)


def test_progress_is_the_slowest_partition_and_idle_ones_move_by_beats() -> None:
    rig = Rig()
    rig.send(*[a_beat(number, 10 + number) for number in range(3)])
    rig.steps()
    assert rig.told == []
    rig.send(a_beat(3, 30))
    rig.steps()
    up_to = MOMENT + timedelta(seconds=10)
    assert rig.told == [ReportProgress(group=GROUP, topic=TOPIC, applied_up_to=up_to)]


def test_progress_of_a_group_counts_the_partitions_of_all_its_members() -> None:
    rig = Rig()
    other = rig.a_member()
    other.step()
    rig.consumer.step()
    rig.send(*[a_beat(number, 10 if number % 2 else 5) for number in range(4)])
    rig.steps()
    rig.clock.advance(5)
    other.step()
    rig.steps()
    other.step()
    reported = {item.applied_up_to for item in rig.told if isinstance(item, ReportProgress)}
    assert reported == {MOMENT + timedelta(seconds=5)}


def test_a_speaker_out_of_reach_hears_the_progress_later() -> None:
    rig = Rig()
    said: list[Command] = []

    def deaf(order: Command) -> None:
        said.append(order)
        if len(said) == 1:
            raise Unavailable("nobody there")

    rig.tell = deaf
    rig.send(*[a_beat(number, 1) for number in range(4)])
    rig.steps(12)
    assert len(said) == 2


def test_facts_in_no_line_are_delivered_each_and_set_aside_each() -> None:
    rig = Rig(uses_applied=False)
    rig.on_fact = fails_on("c:1", Unreadable("no"))
    rig.send(a_message(1, "a"), a_message(1, "b", body=b"{"), a_message(1, "c"), a_message(1, "d"))
    rig.steps()
    assert sorted(rig.handled) == ["a:1", "d:1"]
    assert sorted(row["aggregate_id"] for row in rig.rows("dead_letters")) == ["b", "c"]
    assert (rig.rows("applied"), rig.rows("damaged")) == ([], [])


def test_headers_that_name_a_sequence_below_one_are_unreadable() -> None:
    rig = Rig()
    rig.send(a_message(0))
    rig.steps()
    assert len(rig.rows("dead_letters")) == 1
