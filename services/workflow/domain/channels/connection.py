"""What ingest tells about a channel's connection. Each step may run twice."""

from __future__ import annotations

import msgspec

from contracts.ingest import ChannelConnected, ChannelHealthChanged, Health
from contracts.workflow.channels import ChannelState
from services.workflow.domain.channels.entities import Channel, ChannelHealth
from services.workflow.domain.channels.registry import moved
from services.workflow.domain.transition import Transition

WAITING = frozenset({ChannelState.APPROVED, ChannelState.PROVISIONING})
"""States that a first connection ends; a suspended channel stays suspended when it reconnects."""


def connected(channel: Channel, fact: ChannelConnected) -> Transition[Channel]:
    """Credentials work: the channel is known by its real handle and becomes active."""
    after = msgspec.structs.replace(
        channel,
        handle=fact.handle or channel.handle,
        base_url=fact.base_url or channel.base_url,
        can_publish=fact.can_publish,
        text_limit=fact.text_limit,
        can_edit=fact.can_edit,
        can_delete=fact.can_delete,
        media=fact.media,
        health=ChannelHealth(state=Health.OK, detail=""),
    )
    if channel.state in WAITING:
        return moved(after, ChannelState.ACTIVE, "connected")
    return Transition(after)


def health_changed(channel: Channel, fact: ChannelHealthChanged) -> Transition[Channel]:
    """The connection does better or worse; the state is not touched, listening goes on."""
    health = ChannelHealth(
        state=fact.health, detail=fact.detail, since=fact.since, next_try_at=fact.next_try_at
    )
    return Transition(msgspec.structs.replace(channel, health=health))
