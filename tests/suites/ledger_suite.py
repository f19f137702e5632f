"""What the books of a group promise, over MongoDB and in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from chassis.broker.ports import Record
from chassis.consumer.line import Letter, Plan, Reason, Standing
from chassis.consumer.ports import BatchFactory, Depths, Ledger, LedgerOf
from chassis.consumer.reading import Read
from tests.support.flow import MOMENT, ORG, TOPIC, a_message, an_envelope

T = TypeVar("T")
LINE = (ORG, "a")


def a_read(sequence: int, aggregate: str = "a", **fields: Any) -> Read:
    message = a_message(sequence, aggregate, **fields)
    record = Record(
        topic=TOPIC,
        partition=1,
        offset=sequence,
        value=message.value,
        key=message.key,
        headers=message.headers,
        timestamp=MOMENT,
    )
    return Read(record=record, envelope=an_envelope(sequence, aggregate))


def a_letter(sequence: int, **fields: Any) -> Letter:
    return Letter(a_read(sequence, **fields), Reason.CRASHED, "boom")


class LedgerSuite:
    """Subclasses provide the fixtures ``factory`` and ``ledger_of`` (by group)."""

    @pytest.fixture
    def books(
        self, factory: BatchFactory, ledger_of: Callable[[str], LedgerOf]
    ) -> Callable[[Callable[[Ledger], T]], T]:
        opened = ledger_of("g")

        def run(fn: Callable[[Ledger], T]) -> T:
            return factory.run_batch(lambda work: fn(opened(work)))

        return run

    def test_standings_are_kept_and_moved(self, books: Any) -> None:
        for standing in (Standing(1), Standing(2)):
            books(lambda it, to=standing: _moved(it, to))
        assert books(lambda it: it.standings([LINE, (ORG, "b")])) == {LINE: Standing(2)}

    def test_another_group_has_books_of_its_own(
        self, books: Any, factory: BatchFactory, ledger_of: Callable[[str], LedgerOf]
    ) -> None:
        books(lambda it: _moved(it, Standing(4)))
        other = ledger_of("h")
        assert factory.run_batch(lambda work: other(work).standings([LINE])) == {}

    def test_an_aborted_transaction_leaves_no_trace(self, books: Any) -> None:
        def broken(it: Ledger) -> None:
            it.write(Plan(standings={LINE: Standing(1)}, letters=[a_letter(2)]), MOMENT)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            books(broken)
        assert books(lambda it: it.standings([LINE])) == {}
        assert books(lambda it: it.depths()) == Depths()

    def test_parked_records_come_back_whole_and_in_order(self, books: Any) -> None:
        items = [a_read(5), a_read(3), a_read(3)]
        books(lambda it: it.write(Plan(park=items), MOMENT))
        found = books(lambda it: it.parked([LINE], 10))
        assert [item.record for item in found] == [items[1].record, items[0].record]
        (gap,) = books(lambda it: it.gaps(10))
        assert (gap.line, gap.first, gap.since) == (LINE, 3, MOMENT)
        books(lambda it: it.write(Plan(unpark=[found[0].id]), MOMENT))
        assert [gap.first for gap in books(lambda it: it.gaps(10))] == [5]

    def test_the_longest_waiting_gap_comes_first(self, books: Any) -> None:
        for number, aggregate in enumerate("cab"):
            at = MOMENT + timedelta(seconds=number)
            books(lambda it, a=aggregate, at=at: it.write(Plan(park=[a_read(2, a)]), at))
        assert [gap.line[1] for gap in books(lambda it: it.gaps(2))] == ["c", "a"]

    def test_a_damaged_line_is_no_gap_whether_parked_before_or_after(self, books: Any) -> None:
        books(lambda it: it.write(Plan(park=[a_read(3)]), MOMENT))
        damage = Plan(standings={LINE: Standing(1, damaged_at=2)}, letters=[a_letter(2)])
        books(lambda it: it.write(damage, MOMENT))
        books(lambda it: it.write(Plan(park=[a_read(4)], damaged={LINE}), MOMENT))
        assert books(lambda it: it.gaps(10)) == []
        assert books(lambda it: it.standings([LINE])) == {LINE: Standing(1, damaged_at=2)}
        assert books(lambda it: it.depths()) == Depths(parked=0, letters=1, damaged=1)

    def test_a_body_too_long_for_one_document_is_kept_whole(self, books: Any) -> None:
        letter = a_letter(2, body=b"x" * 20_000_000)
        books(lambda it: it.write(Plan(letters=[letter]), MOMENT))
        assert books(lambda it: it.depths()).letters == 1

    def test_suspicion_is_counted_and_ends_with_the_letter(self, books: Any) -> None:
        letter = a_letter(2)
        assert [books(lambda it: it.suspect(letter, MOMENT)) for _ in range(2)] == [1, 2]
        assert books(lambda it: it.depths()).letters == 0
        books(lambda it: it.write(Plan(letters=[letter]), MOMENT))
        assert books(lambda it: it.depths()).letters == 1

    def test_marks_of_all_members_are_merged_and_only_go_forward(self, books: Any) -> None:
        later = MOMENT + timedelta(seconds=5)
        books(lambda it: it.marks("t", {0: later, 1: MOMENT}))
        books(lambda it: it.marks("t", {0: MOMENT, 2: later}))
        assert books(lambda it: it.marks("t", {})) == {0: later, 1: MOMENT, 2: later}
        assert books(lambda it: it.marks("other", {})) == {}

    def test_a_stop_is_remembered_until_taken_back(self, books: Any) -> None:
        assert books(lambda it: it.stopped_at()) is None
        books(lambda it: it.stop(MOMENT))
        assert books(lambda it: it.stopped_at()) == MOMENT
        books(lambda it: it.stop(None))
        assert books(lambda it: it.stopped_at()) is None


def _moved(books: Ledger, standing: Standing) -> None:
    books.standings([LINE])
    books.write(Plan(standings={LINE: standing}), MOMENT)
