"""Channels: the registry. Credentials are ingest's."""

from __future__ import annotations

from enum import StrEnum

from contracts.commands import Answer, Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic


class ChannelState(StrEnum):
    """DOMAIN 5."""

    REQUESTED = "requested"
    ASSESSING = "assessing"
    DECLINED = "declined"
    APPROVED = "approved"
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    DORMANT = "dormant"
    SUSPENDED = "suspended"
    COMPROMISED = "compromised"
    RETIRING = "retiring"
    ARCHIVED = "archived"


class Platform(StrEnum):
    """Platforms with a connector; ``archive`` is fed by imports only, ``webhook_out`` only sends."""

    MASTODON = "mastodon"
    ATPROTO = "atproto"
    FEED = "feed"
    ARCHIVE = "archive"
    WEBHOOK = "webhook_out"


@fact(Topic.CHANNELS)
class ChannelAdded(Fact, frozen=True, kw_only=True):
    """An official account is in the registry. Aggregate: the channel."""

    channel_id: str
    platform: Platform
    name: str
    handle: str
    base_url: str
    unit_id: str
    steward_id: str
    deputy_ids: tuple[str, ...]
    state: ChannelState


@fact(Topic.CHANNELS)
class ChannelChanged(Fact, frozen=True, kw_only=True):
    """Name, unit, steward or deputies changed. Aggregate: the channel."""

    channel_id: str
    name: str
    unit_id: str
    steward_id: str
    deputy_ids: tuple[str, ...]


@fact(Topic.CHANNELS)
class ChannelStateChanged(Fact, frozen=True, kw_only=True):
    """The channel moved in its life cycle. Aggregate: the channel."""

    channel_id: str
    state: ChannelState
    reason: str


@command("workflow", Permission.CHANNEL_MANAGE)
class AddChannel(Command, frozen=True, kw_only=True):
    """Put an official account into the registry; it becomes active once it is connected.

    ``base_url`` is the platform server (``https://mastodon.example``, a PDS, or the feed itself).
    """

    platform: Platform
    name: str
    unit_id: str
    steward_id: str
    deputy_ids: tuple[str, ...] = ()
    handle: str = ""
    base_url: str = ""


@command("workflow", Permission.CHANNEL_MANAGE)
class ChangeChannel(Command, frozen=True, kw_only=True):
    """Rename, move, or name another steward or other deputies."""

    channel_id: str
    name: str | None = None
    unit_id: str | None = None
    steward_id: str | None = None
    deputy_ids: tuple[str, ...] | None = None


@command("workflow", Permission.CHANNEL_MANAGE)
class ArchiveChannel(Command, frozen=True, kw_only=True):
    """End a channel; it is refused everywhere from then on, by id too."""

    channel_id: str
    reason: str


class ChannelAccess(Answer, frozen=True, kw_only=True):
    """What ingest needs to know before it touches a channel for a person."""

    channel_id: str
    platform: Platform
    base_url: str
    handle: str
    name: str
    unit_id: str
    state: ChannelState


@command("workflow", None, ChannelAccess)
class AuthorizeChannel(Command, frozen=True, kw_only=True):
    """May the person of the internal token do this to the channel? Refused like the act itself."""

    channel_id: str
    permission: Permission
