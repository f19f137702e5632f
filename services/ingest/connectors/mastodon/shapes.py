"""The parts of the Mastodon API that we read. Source: docs.joinmastodon.org/entities."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from contracts.ingest import Attachment, Author, Direction, MentionKind
from services.ingest.connectors.text import plain_text
from services.ingest.domain.listening.message import Message

MESSAGES: Final = frozenset({"mention", "quote"})
"""Notifications of what somebody says to us or about us."""
EDITED: Final = "update"
"""A status we had to do with was edited; it concerns us only if it mentions us."""
KNOWN: Final = MESSAGES | {
    EDITED,
    "status",
    "reblog", "follow", "follow_request", "favourite", "poll", "admin.sign_up", "admin.report",
    "severed_relationships", "moderation_warning", "quoted_update", "annual_report",
}  # fmt: skip
"""Every type of the entity as of Mastodon 4.5; others are set aside and counted."""


class ApiAccount(msgspec.Struct):
    """An account; ``acct`` is the user name, with the server's name if it is another one."""

    id: str
    acct: str = ""
    display_name: str = ""
    url: str | None = None


class ApiMedia(msgspec.Struct):
    """An attachment."""

    url: str | None = None
    remote_url: str | None = None
    type: str = "unknown"
    description: str | None = None


class ApiMention(msgspec.Struct):
    """An account that a status names."""

    id: str


class ApiStatus(msgspec.Struct):
    """A status. ``content`` is HTML; ``text`` is only there where the author asks for the source."""

    id: str
    created_at: datetime
    account: ApiAccount
    content: str = ""
    uri: str = ""
    url: str | None = None
    in_reply_to_id: str | None = None
    edited_at: datetime | None = None
    visibility: str = "public"
    spoiler_text: str = ""
    language: str | None = None
    media_attachments: list[ApiMedia] = []
    mentions: list[ApiMention] = []
    reblog: Any = None


class ApiNotification(msgspec.Struct):
    """A notification; ``status`` is missing for those without a message."""

    id: str
    type: str
    status: ApiStatus | None = None


def author_of(account: ApiAccount) -> Author:
    """The person or organization behind an account."""
    return Author(
        external_id=account.id,
        handle=account.acct,
        name=account.display_name,
        url=account.url or "",
    )


def text_of(status: ApiStatus) -> str:
    """The words, with a content warning before them as the author put it there."""
    words = plain_text(status.content)
    return f"{status.spoiler_text}\n\n{words}" if status.spoiler_text else words


def _kind(status: ApiStatus, direction: Direction) -> MentionKind:
    if status.visibility == "direct":
        return MentionKind.DIRECT
    if status.in_reply_to_id:
        return MentionKind.REPLY
    return MentionKind.POST if direction is Direction.OUTGOING else MentionKind.MENTION


def message_of(status: ApiStatus, direction: Direction) -> Message:
    """A status as a message; ``edited_at`` is the platform's edit mark."""
    edited = status.edited_at
    return Message(
        external_id=status.id,
        direction=direction,
        kind=_kind(status, direction),
        author=author_of(status.account),
        text=text_of(status),
        posted_at=status.created_at,
        revision=edited.isoformat(timespec="milliseconds") if edited else "",
        edited_at=edited,
        in_reply_to=status.in_reply_to_id,
        url=status.url or status.uri,
        language=status.language or "",
        visibility=status.visibility,
        attachments=tuple(_attachment(media) for media in status.media_attachments),
    )


def _attachment(media: ApiMedia) -> Attachment:
    return Attachment(
        url=media.url or media.remote_url or "",
        type=media.type,
        description=media.description or "",
    )
