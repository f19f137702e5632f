from hypothesis import given
from hypothesis import strategies as st

from chassis.broker.ports import Record
from chassis.consumer.line import Letter, Plan, Reason, Standing, plan_in_line, plan_letter
from chassis.consumer.reading import Read
from tests.support.flow import ORG, a_fact, an_envelope

LINE = (ORG, "a")


def a_read(sequence: int, *, problem: str = "", parked_id: str | None = None) -> Read:
    record = Record(topic="t", partition=0, offset=sequence, value=b"")
    fact = None if problem else a_fact(str(sequence))
    envelope = an_envelope(sequence)
    return Read(record=record, envelope=envelope, fact=fact, problem=problem, parked_id=parked_id)


def delivered(plan: Plan) -> list[int]:
    return [item.sequence for item in plan.deliver]


def test_the_next_fact_is_delivered_and_an_old_one_dropped() -> None:
    plan = plan_in_line([a_read(3), a_read(4)], {LINE: Standing(3)})
    assert (delivered(plan), plan.dropped, plan.standings) == ([4], 1, {LINE: Standing(4)})


def test_a_fact_after_a_gap_is_parked_and_the_line_stays() -> None:
    plan = plan_in_line([a_read(1), a_read(3)], {})
    assert delivered(plan) == [1]
    assert [item.sequence for item in plan.park] == [3]
    assert plan.standings == {LINE: Standing(1)}


def test_an_unreadable_fact_is_set_aside_and_those_behind_it_wait() -> None:
    plan = plan_in_line([a_read(1), a_read(2, problem="broken"), a_read(3)], {})
    assert delivered(plan) == [1]
    assert [letter.read.sequence for letter in plan.letters] == [2]
    assert [item.sequence for item in plan.park] == [3]
    assert plan.standings == {LINE: Standing(1, damaged_at=2)}


def test_an_unreadable_fact_that_came_too_early_waits_like_any_other() -> None:
    plan = plan_in_line([a_read(2, problem="broken")], {})
    assert (len(plan.letters), len(plan.park)) == (0, 1)


def test_the_fact_that_was_set_aside_is_dropped_when_it_comes_again() -> None:
    plan = plan_in_line([a_read(2), a_read(3)], {LINE: Standing(1, damaged_at=2)})
    assert (plan.dropped, [item.sequence for item in plan.park]) == (1, [3])


def test_a_parked_fact_that_is_delivered_leaves_the_park() -> None:
    plan = plan_in_line([a_read(2, parked_id="p2"), a_read(4, parked_id="p4")], {LINE: Standing(1)})
    assert (delivered(plan), plan.unpark, plan.park) == ([2], ["p2"], [])


def test_a_failed_fact_that_another_member_applied_meanwhile_is_no_letter() -> None:
    item = a_read(2)
    letter = Letter(item, Reason.CRASHED, "boom")
    plan = plan_letter(item, Standing(2), letter, uses_applied=True)
    assert (plan.letters, plan.dropped) == ([], 1)


@given(st.lists(st.integers(1, 8), max_size=40), st.integers(1, 7))
def test_whatever_comes_in_whatever_order_is_delivered_once_and_in_line(
    sequences: list[int], cut: int
) -> None:
    applied, standing = [], Standing()
    for batch in (sequences[:cut], sequences[cut:]):
        plan = plan_in_line([a_read(number) for number in batch], {LINE: standing})
        applied += delivered(plan)
        standing = plan.standings.get(LINE, standing)
    assert applied == list(range(1, len(applied) + 1))
    assert standing.sequence == len(applied)
