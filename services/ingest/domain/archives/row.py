"""What a reader of archives yields."""

from __future__ import annotations

import msgspec

from services.ingest.domain.listening.message import Message


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row or element of a file. Exactly one of ``message`` and ``reason`` is set.

    ``number`` counts rows from 1, ``end`` is the byte after the row: where a resumed run goes on.
    ``raw`` are the bytes of an unreadable row. A row that is known and holds no message of its own
    (a boost in an outbox) has neither message nor reason.
    """

    number: int
    end: int
    message: Message | None = None
    reason: str = ""
    raw: bytes = b""
