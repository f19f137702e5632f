"""The durable group that keeps the channel registry in step with ingest's connections."""

from __future__ import annotations

from typing import Final

from chassis.ports import BatchHandler
from contracts.topics import Group
from services.workflow.application.channels.note_connections import note_connections

GROUP: Final = Group.WORKFLOW_CONNECTIONS


def connections_handler() -> BatchHandler:
    """Handles batches of Topic.CONNECTIONS; safe to run twice."""
    return note_connections
