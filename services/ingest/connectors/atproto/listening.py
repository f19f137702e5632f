"""Polling: notifications where the server has an AppView, our own posts from our repository."""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.ingest import Author
from services.ingest.connectors import answers
from services.ingest.connectors.atproto import shapes
from services.ingest.connectors.atproto.client import REVOKED, XrpcClient, message_of
from services.ingest.connectors.atproto.keys import POSTS, rkey_in
from services.ingest.domain.connections.access import Access
from services.ingest.domain.listening.message import Cursor, Message, Page, Unread

PAGES: Final = 5
LIMITED: Final = (
    "Listening is limited to the account's own posts: the server has no AppView, so it cannot tell "
    "who mentions the account."
)


class _Notifications(msgspec.Struct):
    notifications: list[msgspec.Raw] = []
    cursor: str = ""


class _Records(msgspec.Struct):
    records: list[msgspec.Raw] = []
    cursor: str = ""


class _Harvest(msgspec.Struct):
    """What one list gave; ``newest`` marks where the next poll stops."""

    messages: list[Message]
    unreadable: list[Unread]
    newest: str
    note: str = ""


def poll(client: XrpcClient, access: Access, cursor: Cursor) -> Page:
    """Both lists, newest first, back to what was seen; what is seen twice is dropped by its key."""
    said = _said_to_us(client, str(cursor.get("notified", "")))
    own = _said_by_us(client, access, str(cursor.get("own", "")))
    return Page(
        arrivals=(*said.messages, *own.messages),
        cursor={"notified": said.newest, "own": own.newest},
        unreadable=(*said.unreadable, *own.unreadable),
        note=said.note,
        renewed=client.renewed,
    )


def _said_to_us(client: XrpcClient, seen: str) -> _Harvest:
    harvest = _Harvest(messages=[], unreadable=[], newest=seen)
    older = ""
    for _ in range(PAGES):
        query = {"limit": "50", **({"cursor": older} if older else {})}
        response = client.query("app.bsky.notification.listNotifications", query)
        if response.status == 400 and "No service configured" in message_of(response):
            return msgspec.structs.replace(harvest, note=LIMITED)
        page = answers.decoded(answers.refuse_failure(response, revoked=REVOKED), _Notifications)
        older = page.cursor
        if _take_notifications(page.notifications, harvest, seen) or not older:
            break
    return harvest


def _take_notifications(raws: list[msgspec.Raw], harvest: _Harvest, seen: str) -> bool:
    """True once something older than the last poll came up."""
    for number, raw in enumerate(raws):
        try:
            item = msgspec.json.decode(raw, type=shapes.Notification)
            indexed = item.indexed_at.isoformat(timespec="milliseconds")
            if indexed < seen:
                return True
            harvest.newest = max(harvest.newest, indexed)
            _take(item, bytes(raw), harvest)
        except msgspec.ValidationError as wrong:
            place = f"notification[{number}]"
            harvest.unreadable.append(Unread(position=place, reason=str(wrong), content=bytes(raw)))
    return False


def _take(item: shapes.Notification, raw: bytes, harvest: _Harvest) -> None:
    if item.reason in shapes.MESSAGES:
        harvest.messages.append(shapes.heard(item))
    elif item.reason not in shapes.KNOWN:
        reason = f"unknown notification type {item.reason!r}"
        harvest.unreadable.append(Unread(position=item.uri, reason=reason, content=raw))


def _said_by_us(client: XrpcClient, access: Access, seen: str) -> _Harvest:
    did = access.external_account_id
    author = Author(external_id=did, handle=access.handle, url=f"https://bsky.app/profile/{did}")
    harvest = _Harvest(messages=[], unreadable=[], newest=seen)
    older = ""
    for _ in range(PAGES):
        query = {"repo": did, "collection": POSTS, "limit": "50"}
        response = client.query(
            "com.atproto.repo.listRecords", {**query, **({"cursor": older} if older else {})}
        )
        page = answers.decoded(answers.refuse_failure(response, revoked=REVOKED), _Records)
        older = page.cursor
        if _take_records(page.records, harvest, author, seen=seen) or not older:
            break
    return harvest


def _take_records(raws: list[msgspec.Raw], harvest: _Harvest, author: Author, *, seen: str) -> bool:
    for number, raw in enumerate(raws):
        try:
            stored = msgspec.json.decode(raw, type=shapes.StoredRecord)
        except msgspec.ValidationError as wrong:
            place = f"record[{number}]"
            harvest.unreadable.append(Unread(position=place, reason=str(wrong), content=bytes(raw)))
            continue
        if seen and rkey_in(stored.uri) <= seen:
            return True
        harvest.newest = max(harvest.newest, rkey_in(stored.uri))
        harvest.messages.append(shapes.spoken(stored, author))
    return False
