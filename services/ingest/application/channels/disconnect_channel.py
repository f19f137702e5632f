"""Disconnect a channel: forget its credentials and stop to listen."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.ingest import DisconnectChannel
from services.ingest.application import credentials
from services.ingest.application.channels.connect_channel import Switchboard, authorized
from services.ingest.application.ports import Turns
from services.ingest.domain.connections.connection import Connection, ConnectionState, ended


def disconnect_channel(board: Switchboard, command: DisconnectChannel, work: Work) -> Done:
    """A second time changes nothing."""
    authorized(board, command.channel_id, work)
    connection = work.get(Connection, command.channel_id)
    after = end_connection(
        work, board.turns, connection, state=ConnectionState.DISCONNECTED, detail="Disconnected."
    )
    return Done(id=after.id, rev=after.rev, state=after.state.value)


def end_connection(
    work: Work, turns: Turns, connection: Connection, *, state: ConnectionState, detail: str
) -> Connection:
    """Credentials go first; nothing is polled or sent from the commit on."""
    credentials.forget(work, connection.id)
    turns.stop(work.org_id, connection.id)
    step = ended(connection, state, detail=detail, at=work.now)
    return work.save(step.entity, *step.facts) if step.facts else connection
