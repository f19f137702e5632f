"""The parts of the AT Protocol lexicons that we read. Source: github.com/bluesky-social/atproto."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from contracts.ingest import Author, Direction, MentionKind
from services.ingest.connectors.atproto.keys import web_address
from services.ingest.domain.listening.message import Message

MESSAGES: Final = frozenset({"mention", "reply", "quote"})
KNOWN: Final = MESSAGES | {
    "like", "repost", "follow", "starterpack-joined", "verified", "unverified", "like-via-repost",
    "repost-via-repost", "subscribed-post", "contact-match",
}  # fmt: skip
"""Every reason of app.bsky.notification.listNotifications; others are set aside and counted."""


class Reference(msgspec.Struct):
    """A strong reference."""

    uri: str
    cid: str = ""


class ReplyTo(msgspec.Struct):
    """Where a post stands in its thread."""

    root: Reference
    parent: Reference


class PostRecord(msgspec.Struct, rename="camel"):
    """app.bsky.feed.post. ``created_at`` is what the author's client claims."""

    text: str = ""
    created_at: str = ""
    reply: ReplyTo | None = None
    langs: list[str] = []


class StoredRecord(msgspec.Struct):
    """A record of a repository, as getRecord and listRecords give it."""

    uri: str
    value: PostRecord
    cid: str = ""


class Actor(msgspec.Struct, rename="camel"):
    """An account."""

    did: str
    handle: str = ""
    display_name: str = ""


class Notification(msgspec.Struct, rename="camel"):
    """One notification; ``record`` is read later, because its type depends on the reason."""

    uri: str
    cid: str
    author: Actor
    reason: str
    indexed_at: datetime
    record: msgspec.Raw = msgspec.Raw(b"{}")


def moment(text: str) -> datetime | None:
    """A claimed time; None if it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def heard(item: Notification) -> Message:
    """What somebody said to us; the time is the server's where the author's is unreadable."""
    record = msgspec.json.decode(item.record, type=PostRecord)
    kind = MentionKind.REPLY if record.reply else MentionKind.MENTION
    author = Author(
        external_id=item.author.did,
        handle=item.author.handle,
        name=item.author.display_name,
        url=f"https://bsky.app/profile/{item.author.did}",
    )
    posted = moment(record.created_at) or item.indexed_at
    return _message(item.uri, record, author=author, kind=kind, **_mark(item.cid, posted))


def _mark(cid: str, posted_at: datetime | None) -> dict[str, Any]:
    return {"revision": cid, "posted_at": posted_at}


def spoken(stored: StoredRecord, author: Author) -> Message:
    """What our own account said."""
    kind = MentionKind.REPLY if stored.value.reply else MentionKind.POST
    marks = _mark(stored.cid, moment(stored.value.created_at))
    said = _message(stored.uri, stored.value, author=author, kind=kind, **marks)
    return msgspec.structs.replace(said, direction=Direction.OUTGOING)


def _message(
    uri: str, record: PostRecord, *, author: Author, kind: MentionKind, **marks: Any
) -> Message:
    reply = record.reply
    return Message(
        external_id=uri,
        direction=Direction.INCOMING,
        kind=kind,
        author=author,
        text=record.text,
        in_reply_to=reply.parent.uri if reply else None,
        thread_root=reply.root.uri if reply else None,
        url=web_address(author.external_id, uri),
        language=record.langs[0] if record.langs else "",
        **marks,
    )
