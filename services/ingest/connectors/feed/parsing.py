"""From the bytes of a feed to messages.

feedparser reads the bytes that our guarded client fetched; it never fetches by itself, and it gets
a stream, because it would take bytes for the name of a local file. It returns nothing for Atom's
``deleted-entry`` (RFC 6721), so those are read here, by an expat that knows no entities.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from datetime import UTC, datetime
from typing import Any, Final
from xml.parsers import expat

import feedparser

from contracts.ingest import Attachment, Author, Direction, Health, MentionKind
from services.ingest.connectors.text import plain_text
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.listening.message import Message, Unread

DEEPEST: Final = 200
"""Levels of elements; a real feed has fewer than twenty."""
_TOMBSTONE: Final = "http://purl.org/atompub/tombstones/1.0 deleted-entry"
_LOOKS_LIKE_TOMBSTONE: Final = re.compile(rb"deleted-entry")


def parse(body: bytes, content_type: str) -> tuple[list[Message], list[Unread]]:
    """Messages and unreadable entries; Trouble NotAFeed if the bytes are something else."""
    refuse_deep(body)
    source = feedparser.parse(
        io.BytesIO(body), response_headers={"content-type": content_type or "application/xml"}
    )
    if not source.get("version") and not source.entries:
        raise Trouble(Health.NOT_A_FEED, "What is there is neither RSS nor Atom.")
    messages: list[Message] = []
    unread: list[Unread] = []
    for number, entry in enumerate(source.entries):
        message = _message(entry, source.feed)
        if message.external_id:
            messages.append(message)
        else:
            unread.append(_empty(number, entry))
    return [*messages, *deleted(body)], unread


def refuse_deep(body: bytes) -> None:
    """Trouble for a document that nests without end, before anything builds a tree of it (S4)."""
    depth = 0
    for tag in re.finditer(rb"<(/?)[A-Za-z][^<>]*?(/?)>", body):
        if tag[1]:
            depth = max(depth - 1, 0)
        elif not tag[2]:
            depth += 1
        if depth > DEEPEST:
            raise Trouble(Health.NOT_A_FEED, f"The document nests deeper than {DEEPEST} levels.")


def _message(entry: Any, feed: Any) -> Message:
    title, words = plain_text(entry.get("title", "")), plain_text(_body(entry))
    text = f"{title}\n\n{words}" if title and words and title != words else title or words
    link = entry.get("link", "")
    return Message(
        external_id=entry.get("id") or link or (_mark(text) if text else ""),
        direction=Direction.INCOMING,
        kind=MentionKind.POST,
        author=_author(entry, feed),
        text=text,
        posted_at=_moment(entry, "published_parsed") or _moment(entry, "updated_parsed"),
        edited_at=_moment(entry, "updated_parsed"),
        url=link,
        language=str(feed.get("language", ""))[:35],
        attachments=tuple(_attachments(entry)),
    )


def _body(entry: Any) -> str:
    contents = entry.get("content") or []
    return str(contents[0].get("value", "")) if contents else str(entry.get("summary", ""))


def _author(entry: Any, feed: Any) -> Author:
    detail = entry.get("author_detail") or {}
    name = str(detail.get("name") or entry.get("author") or feed.get("title") or "")
    ident = str(detail.get("email") or detail.get("href") or name or feed.get("link") or "feed")
    return Author(external_id=ident, name=name, url=str(detail.get("href") or ""))


def _attachments(entry: Any) -> list[Attachment]:
    links = entry.get("enclosures") or []
    return [
        Attachment(url=str(link.get("href", "")), type=str(link.get("type", "unknown")))
        for link in links
        if link.get("href")
    ]


def _moment(entry: Any, name: str) -> datetime | None:
    parsed = entry.get(name)
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _empty(number: int, entry: Any) -> Unread:
    return Unread(
        position=f"entry[{number}]",
        reason="the entry has neither id nor link nor words",
        content=repr(dict(entry)).encode("utf-8", "replace")[:5000],
    )


def deleted(body: bytes) -> list[Message]:
    """The tombstones of a feed, as revisions that delete; none if the XML is broken."""
    if not _LOOKS_LIKE_TOMBSTONE.search(body):
        return []
    found: list[Message] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == _TOMBSTONE and attributes.get("ref"):
            found.append(_tombstone(attributes["ref"], attributes.get("when", "")))

    def refuse(*_: Any) -> None:
        raise expat.ExpatError("entities are not expanded here")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat's signature
    except expat.ExpatError:
        return found
    return found


def _tombstone(ref: str, when: str) -> Message:
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        moment = None
    if moment and not moment.tzinfo:
        moment = moment.replace(tzinfo=UTC)
    return Message(
        external_id=ref,
        direction=Direction.INCOMING,
        kind=MentionKind.POST,
        author=Author(external_id=""),
        text="",
        posted_at=moment,
        edited_at=moment,
        is_deleted=True,
    )
