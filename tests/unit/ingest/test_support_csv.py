"""Rows of the customer-support shape: what is read, what is set aside, what travels together."""

import io
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.connectors.archive import threads
from services.ingest.connectors.archive.support_csv import SupportCsvReader
from services.ingest.domain.archives.row import Row

HEADER = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
WHEN = "Tue Oct 31 22:10:47 +0000 2017"


def _row(ident: str, parent: str = "", text: str = "hello") -> str:
    return f'{ident},ann,True,{WHEN},"{text}",,{parent}\n'


def _read(body: str) -> list[Row]:
    return list(SupportCsvReader().read(io.BytesIO((HEADER + body).encode()), 0, 0))


def _roots(rows: list[Row]) -> dict[str, str | None]:
    return {r.message.external_id: r.message.thread_root for r in rows if r.message}


def test_a_thread_has_one_root_whatever_the_order_of_its_rows() -> None:
    rows = _read(_row("3", "2.0") + _row("9") + _row("1") + _row("2", "1.0") + _row("4", "1.0"))
    roots = _roots(rows)
    assert len({roots[i] for i in "1234"}) == 1
    assert roots["9"] == "9"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_threads_are_the_connected_rows(pairs: list[tuple[int, int]]) -> None:
    found = threads.Threads()
    for child, parent in pairs:
        found.join(str(child), str(parent))
    groups = _connected(pairs)
    for one in groups:
        for other in groups:
            alike = found.root(str(one)) == found.root(str(other))
            assert alike == (groups[one] is groups[other])


def _connected(pairs: list[tuple[int, int]]) -> dict[int, set[int]]:
    """By hand: sets that are poured together, pair by pair."""
    groups: dict[int, set[int]] = {}
    for child, parent in pairs:
        merged = groups.get(child, {child}) | groups.get(parent, {parent})
        groups.update(dict.fromkeys(merged, merged))
    return groups


def test_a_row_with_too_many_columns_is_set_aside() -> None:
    body = _row("1") + f"2,ann,True,{WHEN},hello, you,,,\n" + _row("3")
    rows = _read(body)
    assert [r.reason for r in rows] == ["", "the row has 9 columns, the header 7", ""]
    assert rows[1].raw.startswith(b"2,ann")


def test_a_quote_that_nobody_closes_is_named_and_its_bytes_are_kept() -> None:
    rows = _read(_row("1") + f'2,ann,True,{WHEN},"never closed,,\n' + _row("3").replace('"', ""))
    assert rows[0].message
    assert rows[1].message is None
    assert b"never closed" in rows[1].raw
    assert rows[1].reason


def test_a_quote_inside_plain_words_is_a_sign_like_any_other() -> None:
    rows = _read(f'2,ann,True,{WHEN},a 5" pipe,,\n')
    assert rows[0].message
    assert rows[0].message.text == 'a 5" pipe'


def test_rows_are_handed_on_in_order_across_the_reading_window() -> None:
    count = threads.AHEAD + 5
    rows = threads.with_threads(_numbered(count))
    assert [row.number for row in rows] == list(range(1, count + 1))


def _numbered(count: int) -> Iterator[Row]:
    return (Row(number=n, end=n, reason="unreadable") for n in range(1, count + 1))
