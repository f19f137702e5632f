"""A message as a connector reports it, and the page it came on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from contracts.ingest import Attachment, Author, Direction, MentionKind


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of one message, in the words of its platform, before it has an organization.

    ``revision`` is the platform's own edit mark; empty where it has none: then the content's hash
    takes its place. ``posted_at`` is None where the platform does not say: then the time of
    arrival does. ``text`` is plain text as its author wrote it, never HTML made by the platform.
    """

    external_id: str
    direction: Direction
    kind: MentionKind
    author: Author
    text: str
    posted_at: datetime | None
    revision: str = ""
    edited_at: datetime | None = None
    in_reply_to: str | None = None
    thread_root: str | None = None
    url: str = ""
    language: str = ""
    visibility: str = "public"
    attachments: tuple[Attachment, ...] = ()
    is_deleted: bool = False


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A row or payload that could not be read: its bytes, where it stood, and why."""

    position: str
    reason: str
    content: bytes


Cursor = Mapping[str, Any]
"""How far a connector has read; plain JSON values that only the connector understands."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a poll.

    ``next_poll_after`` in seconds: 0 means that more is waiting, None the channel's own interval.
    ``note`` is a sentence for the steward when listening is limited although nothing is wrong.
    ``renewed`` are credentials that the platform replaced; an empty value never overwrites one.
    """

    arrivals: tuple[Message, ...] = ()
    cursor: Cursor = {}
    unreadable: tuple[Unread, ...] = ()
    next_poll_after: float | None = None
    note: str = ""
    renewed: Mapping[str, str] = {}
