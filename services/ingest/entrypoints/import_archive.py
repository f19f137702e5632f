"""Reads an archive in the caller's process; `rostrum import` calls it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from chassis.mongo.factory import WorkFactory, service_actor
from services.ingest.adapters.arrivals import MongoArrivals
from services.ingest.application.archives.import_archive import (
    Importer,
    ImportRequest,
    ImportResult,
    OnProgress,
    Progress,
)
from services.ingest.bootstrap import SERVICE, open_parts
from services.ingest.connectors import all_readers
from services.ingest.settings import IngestSettings

__all__ = ["ImportResult", "Progress", "Target", "importer", "run_import"]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where the messages of an archive belong."""

    org_id: str
    channel_id: str


def importer(factory: WorkFactory) -> Importer:
    """What importing needs."""
    return Importer(
        readers=all_readers(),
        arrivals=MongoArrivals(factory.database),
        units=factory,
        clock=factory.clock,
        ids=factory.ids,
        actor=service_actor(SERVICE),
    )


def run_import(  # noqa: PLR0913 - what the command line asks for
    settings: IngestSettings,
    target: Target,
    path: Path,
    *,
    format_name: str | None = None,
    progress: OnProgress = lambda _: None,
    resume: bool = True,
) -> ImportResult:
    """Read a file to its end, from where it was broken off; Refusal for a wrong file or format.

    Formats: ``csv``, ``activitystreams``; None goes by the file's suffix.
    """
    parts = open_parts(settings)
    request = ImportRequest(
        org_id=target.org_id,
        channel_id=target.channel_id,
        path=path,
        format=format_name,
        resume=resume,
    )
    try:
        return importer(parts.factory).run(request, progress)
    finally:
        parts.close()
