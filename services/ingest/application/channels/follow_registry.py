"""Follow workflow's registry: what is archived there is neither polled nor opened any more."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.ports import BatchHandler, BatchWork, Delivered
from contracts.workflow.channels import ChannelState, ChannelStateChanged
from services.ingest.application.channels.disconnect_channel import end_connection
from services.ingest.application.ports import Turns
from services.ingest.domain.connections.connection import Connection, ConnectionState


def registry_follower(turns: Turns) -> BatchHandler:
    """Handles ChannelStateChanged; a second time finds nothing left to do."""

    def handle(delivered: Sequence[Delivered], batch: BatchWork) -> None:
        for item in delivered:
            fact = item.fact
            if isinstance(fact, ChannelStateChanged) and fact.state is ChannelState.ARCHIVED:
                _archive(batch, turns, item.envelope.org_id, channel_id=fact.channel_id)

    return handle


def _archive(batch: BatchWork, turns: Turns, org_id: str, *, channel_id: str) -> None:
    work = batch.single(org_id)
    connection = work.first(Connection, id=channel_id)
    if connection is not None:
        end_connection(
            work,
            turns,
            connection,
            state=ConnectionState.ARCHIVED,
            detail="The channel is archived.",
        )
