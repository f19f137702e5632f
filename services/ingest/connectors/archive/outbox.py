"""An ActivityStreams outbox: the OrderedCollection that a Mastodon export calls ``outbox.json``.

Source: w3.org/TR/activitystreams-core, section 3. The items are cut out of the byte stream one by
one, so the size of a file does not matter and one broken item spoils nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

import msgspec

from contracts.ingest import Attachment, Author, Direction, MentionKind
from services.ingest.connectors.text import plain_text
from services.ingest.domain.archives.row import Row
from services.ingest.domain.listening.message import Message

CHUNK: Final = 1 << 18
MAX_ITEM: Final = 8_000_000
_ITEMS: Final = re.compile(rb'"orderedItems"\s*:\s*\[')
_MARK: Final = re.compile(rb'["{}]')
_STRING: Final = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
_PUBLIC_NAMES: Final = frozenset({_PUBLIC, "as:Public", "Public"})
_SILENT: Final = frozenset(
    {"Announce", "Like", "Follow", "Undo", "Accept", "Add", "Remove", "Block"}
)
"""Activities that carry no message of the account's own."""


class _Media(msgspec.Struct, rename="camel"):
    url: str = ""
    media_type: str = "unknown"
    name: str | None = None


class _Note(msgspec.Struct, rename="camel"):
    """The object of a Create: a Note, an Article or a Question."""

    id: str
    type: str = ""
    content: str | None = None
    summary: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    in_reply_to: str | None = None
    conversation: str | None = None
    url: str | None = None
    attributed_to: Any = None
    to: Any = None
    cc: Any = None
    content_map: dict[str, str] = {}
    attachment: list[_Media] = []


class _Activity(msgspec.Struct):
    type: str
    actor: Any = None
    published: datetime | None = None
    object: msgspec.Raw = msgspec.Raw(b"null")


class OutboxReader:
    """Reads the items of an outbox in the order of the file."""

    @property
    def format(self) -> str:
        """The name on the command line."""
        return "activitystreams"

    def read(self, stream: BinaryIO, start: int, number: int) -> Iterator[Row]:
        """Items after byte ``start``."""
        if not start:
            start = _beginning(stream)
        if start < 0:
            stream.seek(0)
            reason = "this is no ActivityStreams collection: it has no orderedItems"
            yield Row(number=0, end=0, reason=reason, raw=stream.read(500))
            return
        stream.seek(start)
        for raw, end, is_whole in _cut(stream, start):
            number += 1
            yield _row(number, end, raw, is_whole=is_whole)


def _beginning(stream: BinaryIO) -> int:
    """The byte after ``"orderedItems": [``, -1 if there is none in the first chunk."""
    stream.seek(0)
    found = _ITEMS.search(stream.read(CHUNK))
    return found.end() if found else -1


def _cut(stream: BinaryIO, position: int) -> Iterator[tuple[bytes, int, bool]]:
    """Each item's bytes, the byte after it, and whether it was closed."""
    buffer = b""
    while chunk := stream.read(CHUNK):
        buffer += chunk
        while (span := _item(buffer)) is not None:
            begin, end = span
            yield buffer[begin:end], position + end, True
            buffer, position = buffer[end:], position + end
        if len(buffer) > MAX_ITEM:
            break
    left = buffer.find(b"{")
    if left >= 0 and not buffer[:left].strip(b" \t\r\n,"):
        yield buffer[left:MAX_ITEM], position + len(buffer), False


def _item(buffer: bytes) -> tuple[int, int] | None:
    """Where the first whole object of the buffer stands; None if more bytes are needed."""
    begin = buffer.find(b"{")
    if begin < 0 or b"]" in buffer[:begin]:
        return None
    depth, at = 0, begin
    while mark := _MARK.search(buffer, at):
        at = mark.end()
        if mark[0] == b'"':
            closed = _STRING.match(buffer, at)
            if closed is None:
                return None
            at = closed.end()
            continue
        depth += 1 if mark[0] == b"{" else -1
        if depth == 0:
            return begin, at
    return None


def _row(number: int, end: int, raw: bytes, *, is_whole: bool) -> Row:
    if not is_whole:
        return Row(number=number, end=end, reason="the file ends inside this item", raw=raw)
    try:
        return Row(number=number, end=end, message=_read(raw))
    except (ValueError, msgspec.MsgspecError) as wrong:
        return Row(number=number, end=end, reason=str(wrong), raw=raw)


def _read(raw: bytes) -> Message | None:
    activity = msgspec.json.decode(raw, type=_Activity)
    if activity.type in _SILENT:
        return None
    if activity.type == "Delete":
        return _deleted(activity)
    if activity.type not in {"Create", "Update"}:
        raise ValueError(f"unknown activity type {activity.type!r}")
    return _message(activity, msgspec.json.decode(activity.object, type=_Note))


def _message(activity: _Activity, note: _Note) -> Message:
    actor = _name(activity.actor) or _name(note.attributed_to)
    words = plain_text(note.content or "")
    return Message(
        external_id=note.id,
        direction=Direction.OUTGOING,
        kind=MentionKind.REPLY if note.in_reply_to else MentionKind.POST,
        author=_author(actor),
        text=f"{note.summary}\n\n{words}" if note.summary else words,
        posted_at=note.published or activity.published,
        revision=note.updated.isoformat() if note.updated else "",
        edited_at=note.updated,
        in_reply_to=note.in_reply_to,
        thread_root=note.conversation,
        url=note.url or note.id,
        language=next(iter(note.content_map), ""),
        visibility=_visibility(note),
        attachments=tuple(
            Attachment(url=media.url, type=media.media_type, description=media.name or "")
            for media in note.attachment
        ),
    )


def _deleted(activity: _Activity) -> Message:
    target = msgspec.json.decode(activity.object)
    ident = _name(target)
    if not ident:
        raise ValueError("a Delete without an object")
    return Message(
        external_id=ident,
        direction=Direction.OUTGOING,
        kind=MentionKind.POST,
        author=_author(_name(activity.actor)),
        text="",
        posted_at=activity.published,
        edited_at=activity.published,
        is_deleted=True,
    )


def _author(actor: str) -> Author:
    return Author(external_id=actor, handle=actor.rstrip("/").rpartition("/")[2], url=actor)


def _name(value: Any) -> str:
    """The id of something that is named or embedded."""
    if isinstance(value, dict):
        return str(value.get("id", ""))
    return str(value or "")


def _visibility(note: _Note) -> str:
    """As Mastodon reads ``to`` and ``cc``."""
    to, cc = _addressed(note.to), _addressed(note.cc)
    if to & _PUBLIC_NAMES:
        return "public"
    if cc & _PUBLIC_NAMES:
        return "unlisted"
    return "private" if any(name.endswith("/followers") for name in to) else "direct"


def _addressed(value: Any) -> set[str]:
    return {str(name) for name in (value if isinstance(value, list) else [value]) if name}
