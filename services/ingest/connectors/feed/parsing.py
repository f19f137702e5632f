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
LONGEST_TAG: Final = 20_000
MOST_TAGS: Final = 20_000
MOST_REFERENCES: Final = 120_000
"""What feedparser reads in about a second; a feed of 500 long entries has a tenth of it."""
_TOMBSTONE: Final = "http://purl.org/atompub/tombstones/1.0 deleted-entry"
_TAG: Final = re.compile(rb"<(/?)[A-Za-z][^<>]*?(/?)>")
_LOOKS_LIKE_TOMBSTONE: Final = re.compile(rb"deleted-entry")


def parse(body: bytes, content_type: str) -> tuple[list[Message], list[Unread]]:
    """Messages and unreadable entries; Trouble NotAFeed if the bytes are something else."""
    refuse_bombs(body)
    source = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type or "application/xml"},
        # Both build trees of HTML that anybody may have written; plain_text needs neither.
        sanitize_html=False,
        resolve_relative_uris=False,
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


def refuse_bombs(body: bytes) -> None:
    """Trouble for entities of the document's own, and for nesting without end (S4).

    Before anything builds a tree: a feed has no use for either.
    """
    if b"<!ENTITY" in body:
        raise Trouble(Health.NOT_A_FEED, "The document declares entities; feeds do not need any.")
    if body.count(b"<") > MOST_TAGS or body.count(b"&") > MOST_REFERENCES:
        raise Trouble(Health.NOT_A_FEED, "The document has more tags than any feed needs.")
    if any(_is_endless(piece) for piece in body.split(b"<")):
        raise Trouble(Health.NOT_A_FEED, f"A tag is longer than {LONGEST_TAG} bytes.")
    depth = 0
    for tag in _TAG.finditer(body):
        if tag[1]:
            depth = max(depth - 1, 0)
        elif not tag[2]:
            depth += 1
        if depth > DEEPEST:
            raise Trouble(Health.NOT_A_FEED, f"The document nests deeper than {DEEPEST} levels.")


def _is_endless(piece: bytes) -> bool:
    return len(piece) > LONGEST_TAG and piece[:1].isalpha() and b">" not in piece[:LONGEST_TAG]


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
