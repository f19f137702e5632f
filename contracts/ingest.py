"""Facts that ingest speaks, and the orders it takes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from contracts.commands import Answer, Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic


class Direction(StrEnum):
    """Incoming is what the public says; outgoing is what one of our own accounts said."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class MentionKind(StrEnum):
    """What kind of message arrived."""

    MENTION = "mention"
    REPLY = "reply"
    DIRECT = "direct"
    POST = "post"
    REVIEW = "review"


class Health(StrEnum):
    """Whether a channel's connection works, and what its steward has to do if not."""

    UNCONNECTED = "unconnected"
    OK = "ok"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    NOT_A_FEED = "not_a_feed"
    FAILING = "failing"


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote a message, as the platform names them. Personal."""

    external_id: str
    handle: str = ""
    name: str = ""
    url: str = ""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """Media of a message, by its address on the platform."""

    url: str
    type: str = "unknown"
    description: str = ""


class MediaRules(msgspec.Struct, frozen=True, kw_only=True):
    """What one post of a channel may carry: how many files, of which types, how many bytes each.

    0 bytes: no limit known.
    """

    most: int
    kinds: tuple[str, ...]
    image_bytes: int = 0
    video_bytes: int = 0

    def largest(self, content_type: str) -> int:
        """Bytes of one file of this type; 0: no limit known."""
        return self.video_bytes if content_type.startswith("video/") else self.image_bytes


@fact(Topic.ARRIVALS)
class MentionArrived(Fact, frozen=True, kw_only=True):
    """One revision of one message, exactly as it arrived. Each revision is its own aggregate.

    ``mention_id`` is derived from (org, channel, external_id) and shared by all revisions;
    ``revision`` is the platform's edit mark, else a hash of the content, or ``deleted``.
    ``posted_at`` and ``edited_at`` are the platform's times, ``arrived_at`` is ours.
    """

    mention_id: str
    channel_id: str
    external_id: str
    revision: str
    direction: Direction
    kind: MentionKind
    author: Author
    text: str
    posted_at: datetime
    arrived_at: datetime
    edited_at: datetime | None = None
    in_reply_to: str | None = None
    thread_root: str | None = None
    url: str = ""
    language: str = ""
    visibility: str = "public"
    attachments: tuple[Attachment, ...] = ()
    is_deleted: bool = False
    source: str = "poll"


@fact(Topic.CONNECTIONS)
class ChannelConnected(Fact, frozen=True, kw_only=True):
    """Credentials were checked against the platform and stored. Aggregate: the channel.

    ``media`` None: told before connectors said what they take; the connector decides at the send.
    """

    channel_id: str
    platform: str
    base_url: str
    external_account_id: str
    handle: str
    can_publish: bool
    text_limit: int | None = None
    connected_by: str | None = None
    can_edit: bool = False
    can_delete: bool = False
    media: MediaRules | None = None


@fact(Topic.CONNECTIONS)
class ChannelHealthChanged(Fact, frozen=True, kw_only=True):
    """The state of a connection changed; ``detail`` is a sentence for the steward."""

    channel_id: str
    health: Health
    detail: str
    since: datetime
    next_try_at: datetime | None = None


@fact(Topic.CONNECTIONS)
class ImportFinished(Fact, frozen=True, kw_only=True):
    """An archive was read to its end. Aggregate: the import run."""

    channel_id: str
    run_id: str
    file_name: str
    rows_read: int
    rows_stored: int
    rows_unreadable: int


class Connected(Answer, frozen=True, kw_only=True):
    """The channel as the platform knows it."""

    channel_id: str
    handle: str
    external_account_id: str
    health: Health


@command("ingest", Permission.CHANNEL_CONNECT, Connected)
class ConnectChannel(Command, frozen=True, kw_only=True):
    """Check credentials with the platform, store them encrypted, start to listen.

    ``credentials``: mastodon ``{access_token}``; atproto ``{identifier, password}``; feed ``{}``.
    """

    channel_id: str
    credentials: dict[str, str] = {}


@command("ingest", Permission.CHANNEL_CONNECT)
class DisconnectChannel(Command, frozen=True, kw_only=True):
    """Forget the credentials and stop to listen."""

    channel_id: str


class ImportStarted(Answer, frozen=True, kw_only=True):
    """An import run; ``resume_at`` is the first row (or byte) that has not been stored yet."""

    run_id: str
    resume_at: int
