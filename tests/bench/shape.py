"""A large archive, made by repeating the demonstration's weeks of conversations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Final

import msgspec

from stack.demo.archive import Row, conversations, write_archive
from stack.demo.organizations import RIVERLAND

UNTIL: Final = datetime(2026, 3, 1, tzinfo=UTC)
APART: Final = timedelta(minutes=7)
"""Copies are shifted by this, so that no two messages of the archive are twins in time."""


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds; a conversation is a message that answers nothing, with its answers."""

    path: Path
    rows: int
    conversations: int
    first_day: str
    last_day: str


def write_large_archive(path: Path, size: int) -> Archive:
    """``size`` messages, newest first, so that many answers come before what they answer."""
    rows = list(islice(_repeated(conversations(RIVERLAND, UNTIL)), size))
    write_archive(rows, path)
    return Archive(
        path=path,
        rows=len(rows),
        conversations=sum(row.answers is None for row in rows),
        first_day=min(row.at for row in rows).date().isoformat(),
        last_day=max(row.at for row in rows).date().isoformat(),
    )


def _repeated(shape: list[Row]) -> Iterator[Row]:
    numbers = max(row.number for row in shape)
    for copy in count():
        for row in shape:
            yield _moved(row, copy * numbers, copy * APART)


def _moved(row: Row, by: int, earlier: timedelta) -> Row:
    return msgspec.structs.replace(
        row,
        number=row.number + by,
        answers=row.answers + by if row.answers else None,
        at=row.at - earlier,
    )
