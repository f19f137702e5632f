"""The customer-support shape: one row per message, both sides of every conversation.

Columns: (row index), tweet_id, author_id, inbound (True | False), created_at
(``Tue Oct 31 22:10:47 +0000 2017``), text, response_tweet_id, in_response_to_tweet_id (``3.0``).
Further columns are ignored; the columns after ``text`` may be missing at the end of a row. Quoted
fields may hold line breaks. A carriage return alone ends an unquoted row, as in Python's csv and
pandas. A row with more columns than the header, or that ends inside a quote, is set aside. A
position is the byte after a row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO, Final

from contracts.ingest import Author, Direction, MentionKind
from services.ingest.connectors.archive.threads import with_threads
from services.ingest.domain.archives.row import Row
from services.ingest.domain.listening.message import Message

COLUMNS: Final = ("tweet_id", "author_id", "inbound", "created_at", "text")
REPLY_TO: Final = "in_response_to_tweet_id"
MAX_ROW: Final = 1_000_000
"""Bytes of one row: an unclosed quote must not swallow a file."""
_AFTER_RETURN: Final = re.compile(rb"(?<=\r)(?!\n)(?!\Z)")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_DIRECTIONS: Final = {"true": Direction.INCOMING, "false": Direction.OUTGOING}


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    for line in stream:
        if b"\r" in line[:-2]:
            yield from _AFTER_RETURN.split(line)
        else:
            yield line


class _Lines:
    """Feeds the parser line by line and remembers the bytes of the row being read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._taken: list[bytes] = []
        self._size = 0
        self.is_garbled = False

    def __iter__(self) -> Iterator[str]:
        for line in _pieces(self._stream):
            self._taken.append(line)
            self._size += len(line)
            if self._size > MAX_ROW:
                raise csv.Error(f"longer than {MAX_ROW} bytes: a quote is not closed")
            try:
                yield line.decode()
            except UnicodeDecodeError:
                self.is_garbled = True
                yield line.decode(errors="replace")

    def take(self) -> bytes:
        """The bytes since the last call."""
        raw = b"".join(self._taken)
        self._taken.clear()
        self._size, self.is_garbled = 0, False
        return raw


class SupportCsvReader:
    """Reads the shape described above."""

    @property
    def format(self) -> str:
        """The name on the command line."""
        return "csv"

    def read(self, stream: BinaryIO, start: int, number: int) -> Iterator[Row]:
        """Rows after byte ``start``; the header is row 0 and always read again."""
        stream.seek(0)
        header = stream.readline()
        names = next(csv.reader([header.decode("utf-8-sig", "replace")]), [])
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            reason = f"the header has no column {', '.join(missing)}"
            yield Row(number=0, end=len(header), reason=reason, raw=header)
            return
        places = {name: place for place, name in enumerate(names)}
        start = max(start, len(header))
        stream.seek(start)
        yield from with_threads(_rows(_Lines(stream), places, end=start, number=number))


def _rows(lines: _Lines, places: dict[str, int], *, end: int, number: int) -> Iterator[Row]:
    parser = csv.reader(lines, strict=False)
    while True:
        number += 1
        try:
            fields = next(parser)
        except StopIteration:
            return
        except csv.Error as wrong:
            raw = lines.take()
            end += len(raw)
            yield Row(number=number, end=end, reason=str(wrong), raw=raw)
            parser = csv.reader(lines, strict=False)
            continue
        is_garbled = lines.is_garbled
        raw = lines.take()
        end += len(raw)
        if not any(fields):
            number -= 1
            continue
        yield _row(fields, places, (number, end, raw), is_garbled=is_garbled)


def _row(
    fields: list[str], places: dict[str, int], where: tuple[int, int, bytes], *, is_garbled: bool
) -> Row:
    number, end, raw = where
    try:
        _refuse_damaged(len(fields) < len(places), raw, is_garbled=is_garbled)
        _refuse_misread(len(fields) > len(places), raw)
        return Row(number=number, end=end, message=_message(fields, places))
    except (ValueError, IndexError) as wrong:
        reason = str(wrong) if not isinstance(wrong, IndexError) else _columns(fields, places)
        return Row(number=number, end=end, reason=reason, raw=raw)


def _refuse_damaged(is_short: bool, raw: bytes, *, is_garbled: bool) -> None:  # noqa: FBT001
    if is_garbled:
        raise ValueError("the row is not UTF-8")
    if is_short and raw[-1:] not in b"\r\n":
        raise ValueError("the file ends inside this row")


def _refuse_misread(is_long: bool, raw: bytes) -> None:  # noqa: FBT001
    """A stray quote or comma moves words into the wrong column: better aside than wrong."""
    if is_long:
        raise IndexError
    if raw.count(b'"') % 2 == 0:
        return
    try:
        list(csv.reader(io.StringIO(raw.decode()), strict=True))
    except csv.Error as wrong:
        raise ValueError(f"a quote is not closed: {wrong}") from wrong


def _columns(fields: list[str], places: dict[str, int]) -> str:
    return f"the row has {len(fields)} columns, the header {len(places)}"


def _message(fields: list[str], places: dict[str, int]) -> Message:
    external_id = fields[places["tweet_id"]].strip()
    author = fields[places["author_id"]].strip()
    direction = _DIRECTIONS.get(fields[places["inbound"]].strip().lower())
    if not external_id or not author:
        raise ValueError("tweet_id or author_id is empty")
    if direction is None:
        raise ValueError("inbound is neither True nor False")
    parent = (
        _whole(fields[places[REPLY_TO]]) if places.get(REPLY_TO, MAX_ROW) < len(fields) else None
    )
    return Message(
        external_id=external_id,
        direction=direction,
        kind=_kind(direction, parent),
        author=Author(external_id=author, handle=author),
        text=fields[places["text"]],
        posted_at=parse_moment(fields[places["created_at"]]),
        in_reply_to=parent,
    )


def _kind(direction: Direction, parent: str | None) -> MentionKind:
    if parent:
        return MentionKind.REPLY
    return MentionKind.MENTION if direction is Direction.INCOMING else MentionKind.POST


def _whole(text: str) -> str | None:
    """``3.0`` is ``3``: the column passed through a floating-point number on its way."""
    bare = text.strip().removesuffix(".0")
    if bare and not bare.isdigit():
        raise ValueError(f"{REPLY_TO} is not a number: {text!r}")
    return bare or None


def parse_moment(text: str) -> datetime:
    """``Tue Oct 31 22:10:47 +0000 2017``; a fifth of the time that strptime takes."""
    try:
        _, month, day, clock, zone, year = text.split()
        hour, minute, second = clock.split(":")
        return datetime(
            int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second),
            tzinfo=UTC if zone == "+0000" else _zone(zone),
        )  # fmt: skip
    except (ValueError, KeyError) as wrong:
        raise ValueError(f"created_at is not a time: {text!r}") from wrong


def _zone(text: str) -> timezone:
    minutes = int(text[1:3]) * 60 + int(text[3:5])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
