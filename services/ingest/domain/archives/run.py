"""An import run: how far a file was read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from chassis.ports import Entity
from contracts.ingest import ImportFinished
from services.ingest.domain.transition import Transition


class RunState(StrEnum):
    """Running also covers a run that was broken off: it is resumed where it stood."""

    RUNNING = "running"
    FINISHED = "finished"


class ImportRun(Entity, frozen=True, kw_only=True):
    """``position`` is the byte and ``rows_read`` the row up to which everything is stored.

    ``fingerprint`` tells whether a file is the one that was broken off.
    """

    channel_id: str
    format: str
    file_name: str
    fingerprint: str
    state: RunState
    position: int
    rows_read: int
    rows_stored: int
    rows_unreadable: int
    started_at: datetime
    ended_at: datetime | None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one stored batch added."""

    read: int
    stored: int
    unreadable: int
    position: int


def advanced(run: ImportRun, step: Step) -> ImportRun:
    """The run after a batch that is stored."""
    return msgspec.structs.replace(
        run,
        position=step.position,
        rows_read=run.rows_read + step.read,
        rows_stored=run.rows_stored + step.stored,
        rows_unreadable=run.rows_unreadable + step.unreadable,
    )


def finished(run: ImportRun, at: datetime) -> Transition[ImportRun]:
    """The file was read to its end."""
    fact = ImportFinished(
        channel_id=run.channel_id,
        run_id=run.id,
        file_name=run.file_name,
        rows_read=run.rows_read,
        rows_stored=run.rows_stored,
        rows_unreadable=run.rows_unreadable,
    )
    after = msgspec.structs.replace(run, state=RunState.FINISHED, ended_at=at)
    return Transition(after, (fact,))
