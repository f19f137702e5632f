"""Polling: notifications for what others say, our own statuses for what is said elsewhere.

The first poll reads the newest pages backwards (``rel="next"``), later ones read forward from the
cursor (``min_id``, ``rel="prev"``), so that nothing between two polls is skipped. Ids are compared
by nobody: the newest item of a page is its first one.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from contracts.ingest import Direction
from services.ingest.connectors.mastodon import shapes
from services.ingest.connectors.mastodon.client import MastodonClient, items, link
from services.ingest.domain.listening.message import Cursor, Message, Page, Unread

LIMIT: Final = "40"
BACKFILL_PAGES: Final = 5
"""How far into the past a new connection looks: 200 notifications and 200 own statuses."""
FORWARD_PAGES: Final = 5


class _Walk(msgspec.Struct):
    """What the pages of one list gave."""

    found: list[Any]
    unreadable: list[Unread]
    newest: str
    is_complete: bool


def poll(client: MastodonClient, account_id: str, cursor: Cursor) -> Page:
    """Both lists from the cursor on."""
    notifications = _walk(
        client,
        "/api/v1/notifications",
        _since(cursor, "notifications"),
        kind=shapes.ApiNotification,
    )
    own = _walk(
        client,
        f"/api/v1/accounts/{account_id}/statuses",
        _since(cursor, "statuses"),
        kind=shapes.ApiStatus,
    )
    incoming, unknown = _incoming(notifications.found, account_id)
    outgoing = [
        shapes.message_of(status, Direction.OUTGOING)
        for status in own.found
        if status.reblog is None
    ]
    is_complete = notifications.is_complete and own.is_complete
    return Page(
        arrivals=(*incoming, *outgoing),
        cursor={"notifications": notifications.newest, "statuses": own.newest},
        unreadable=(*notifications.unreadable, *own.unreadable, *unknown),
        next_poll_after=None if is_complete else 0.0,
    )


def _since(cursor: Cursor, name: str) -> str:
    return str(cursor.get(name) or "")


def _walk(client: MastodonClient, path: str, since: str, *, kind: type[Any]) -> _Walk:
    relation, limit = ("prev", FORWARD_PAGES) if since else ("next", BACKFILL_PAGES)
    walk = _Walk(found=[], unreadable=[], newest=since, is_complete=False)
    query = {"limit": LIMIT, **({"min_id": since} if since else {})}
    for turn in range(limit):
        response = client.get(path, query)
        good, bad = items(response, kind, path)
        walk.found += good
        walk.unreadable += bad
        if good and (since or turn == 0):
            walk.newest = good[0].id
        following = link(response, relation)
        if not (good or bad) or not following or len(good) + len(bad) < int(LIMIT):
            walk.is_complete = True
            return walk
        query = {"limit": LIMIT, **{k: v for k, v in following.items() if k.endswith("_id")}}
    walk.is_complete = not since
    return walk


def _incoming(
    found: list[shapes.ApiNotification], account_id: str
) -> tuple[list[Message], list[Unread]]:
    messages: list[Message] = []
    unknown: list[Unread] = []
    for item in found:
        if item.status and _concerns_us(item.type, item.status, account_id):
            messages.append(shapes.message_of(item.status, Direction.INCOMING))
        elif item.type not in shapes.KNOWN:
            unknown.append(_unknown(item))
    return messages, unknown


def _concerns_us(kind: str, status: shapes.ApiStatus, account_id: str) -> bool:
    if kind == shapes.EDITED:
        return any(mention.id == account_id for mention in status.mentions)
    return kind in shapes.MESSAGES


def _unknown(item: shapes.ApiNotification) -> Unread:
    return Unread(
        position=f"notification {item.id}",
        reason=f"unknown notification type {item.type!r}",
        content=msgspec.json.encode(item),
    )
