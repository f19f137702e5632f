"""Which rows of an archive belong to one thread, so that they travel together.

Arrivals are keyed by their thread: workflow then meets a conversation's messages in one batch and
writes it once. A row whose thread is not seen keeps its own key; the state does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from services.ingest.domain.archives.row import Row

AHEAD: Final = 20_000
"""Rows that are read before the first of them is handed on: a thread within them is seen whole."""


class Threads:
    """Ids that belong together (union by path halving); each set is named by its first id."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, ident: str, parent: str) -> None:
        """Both are of one thread."""
        first, second = self.root(parent), self.root(ident)
        self._above[second] = first

    def root(self, ident: str) -> str:
        """The name of its thread."""
        above = self._above
        above.setdefault(ident, ident)
        while above[ident] != ident:
            above[ident] = above[above[ident]]
            ident = above[ident]
        return ident


def with_threads(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows in the same order, each message with the root of its thread."""
    source = iter(rows)
    while ahead := list(islice(source, AHEAD)):
        threads = Threads()
        for row in ahead:
            if row.message and row.message.in_reply_to:
                threads.join(row.message.external_id, row.message.in_reply_to)
        yield from (_rooted(row, threads) for row in ahead)


def _rooted(row: Row, threads: Threads) -> Row:
    if row.message is None:
        return row
    root = threads.root(row.message.external_id)
    message = msgspec.structs.replace(row.message, thread_root=root)
    return msgspec.structs.replace(row, message=message)
