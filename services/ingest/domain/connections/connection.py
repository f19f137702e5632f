"""The state of a connection: one machine for its life and one for its health (DOMAIN 5)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from chassis.ports import Entity
from contracts.facts import Fact
from contracts.ingest import ChannelConnected, ChannelHealthChanged, Health, MediaRules
from contracts.workflow.channels import ChannelAccess, Platform
from services.ingest.domain.connections.access import Account
from services.ingest.domain.transition import Transition


class ConnectionState(StrEnum):
    """Listening, disconnected by a person, or ended with its channel."""

    LISTENING = "listening"
    DISCONNECTED = "disconnected"
    ARCHIVED = "archived"


class Connection(Entity, frozen=True, kw_only=True):
    """What ingest knows of a channel; its id is the channel's. No secret is in here."""

    platform: Platform
    base_url: str
    handle: str
    external_account_id: str
    state: ConnectionState
    health: Health
    health_detail: str
    health_since: datetime
    next_try_at: datetime | None
    can_publish: bool
    text_limit: int | None
    connected_by: str | None
    connected_at: datetime
    can_edit: bool = False
    can_delete: bool = False
    media: MediaRules | None = None


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What a poll showed of the connection."""

    health: Health
    detail: str = ""
    next_try_at: datetime | None = None


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Who connected which registered channel to which account, and when.

    ``can_edit`` and ``can_delete``: whether the platform lets us change what is live.
    """

    org_id: str
    channel: ChannelAccess
    account: Account
    connected_by: str | None
    at: datetime
    can_edit: bool = False
    can_delete: bool = False


def opened(opening: Opening, previous: Connection | None) -> Transition[Connection]:
    """A checked connection listens from now on; connecting again replaces account and health."""
    account, channel = opening.account, opening.channel
    connection = Connection(
        id=channel.channel_id,
        org_id=opening.org_id,
        rev=previous.rev if previous else 0,
        seq=previous.seq if previous else 0,
        platform=channel.platform,
        base_url=channel.base_url,
        handle=account.handle,
        external_account_id=account.external_id,
        state=ConnectionState.LISTENING,
        health=Health.OK,
        health_detail=account.note,
        health_since=opening.at,
        next_try_at=None,
        can_publish=account.can_publish,
        text_limit=account.text_limit,
        media=account.media,
        connected_by=opening.connected_by,
        connected_at=opening.at,
        can_edit=account.can_publish and opening.can_edit,
        can_delete=account.can_publish and opening.can_delete,
    )
    return Transition(connection, (_connected(connection), _health(connection)))


def observed(connection: Connection, seen: Observation, at: datetime) -> Transition[Connection]:
    """Facts on change only. While a failure lasts, other words for it say nothing new."""
    if connection.state is not ConnectionState.LISTENING or not _is_news(connection, seen):
        return Transition(connection)
    since = connection.health_since if seen.health is connection.health else at
    after = msgspec.structs.replace(
        connection,
        health=seen.health,
        health_detail=seen.detail,
        health_since=since,
        next_try_at=seen.next_try_at,
    )
    return Transition(after, (_health(after),))


def _is_news(connection: Connection, seen: Observation) -> bool:
    if seen.health is not connection.health:
        return True
    return seen.health is Health.OK and seen.detail != connection.health_detail


def ended(
    connection: Connection, state: ConnectionState, *, detail: str, at: datetime
) -> Transition[Connection]:
    """Stop to listen; an archived channel is never connected again by its id."""
    if connection.state is state:
        return Transition(connection)
    after = msgspec.structs.replace(
        connection,
        state=state,
        health=Health.UNCONNECTED,
        health_detail=detail,
        health_since=at,
        next_try_at=None,
    )
    return Transition(after, (_health(after),))


def _connected(connection: Connection) -> Fact:
    return ChannelConnected(
        channel_id=connection.id,
        platform=connection.platform.value,
        base_url=connection.base_url,
        external_account_id=connection.external_account_id,
        handle=connection.handle,
        can_publish=connection.can_publish,
        text_limit=connection.text_limit,
        media=connection.media,
        connected_by=connection.connected_by,
        can_edit=connection.can_edit,
        can_delete=connection.can_delete,
    )


def _health(connection: Connection) -> Fact:
    return ChannelHealthChanged(
        channel_id=connection.id,
        health=connection.health,
        detail=connection.health_detail,
        since=connection.health_since,
        next_try_at=connection.next_try_at,
    )
