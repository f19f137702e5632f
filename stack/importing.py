"""`rostrum import`: an archive into a channel, with a bar, resumable, naming every unreadable row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from chassis.errors import not_found
from chassis.mongo.client import connect, database_name, guarded_database
from chassis.settings import load
from services.ingest.entrypoints.import_archive import ImportResult, Target, run_import
from services.ingest.settings import IngestSettings
from stack.environment import Place, environment_of
from stack.layout import named
from stack.place import running_place
from stack.settings import StackSettings

SHOWN = 20
"""Unreadable rows named on the screen; all of them are in the console's list of unreadable rows."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did."""

    result: ImportResult

    @property
    def rows_unreadable(self) -> int:
        """Rows set aside in this run and the ones it resumes."""
        return self.result.run.rows_unreadable

    @property
    def rows_stored(self) -> int:
        """Rows that are there now."""
        return self.result.run.rows_stored

    def show(self, console: Console) -> None:
        """Say what was done, and name what could not be read."""
        run = self.result.run
        if self.result.resumed_at:
            console.print(f"Went on after row {self.result.resumed_at}.")
        console.print(
            f"{run.rows_read} rows read, {run.rows_stored} stored ({self.result.new} new),"
            f" {run.rows_unreadable} set aside."
        )
        for row in self.result.unreadable[:SHOWN]:
            console.print(f"  row {row.number} (byte {row.position}): {row.reason}", markup=False)
        if len(self.result.unreadable) > SHOWN:
            console.print(f"  and {len(self.result.unreadable) - SHOWN} more")


def import_file(
    settings: StackSettings, path: Path, organization: str, *, channel: str, format_: str
) -> Imported:
    """Import with a progress bar. Refuses NotFound for organization or channel."""
    place = running_place(settings)
    org_id, channel_id = find_channel(place, organization, channel)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    target = Target(org_id=org_id, channel_id=channel_id)
    name = None if format_ == "auto" else format_
    with Progress(*columns) as bar:
        task = bar.add_task(path.name, total=path.stat().st_size)
        found = run_import(
            ingest_settings(place),
            target,
            path,
            format_name=name,
            progress=lambda step: bar.update(task, completed=step.position),
        )
    return Imported(result=found)


def ingest_settings(place: Place) -> IngestSettings:
    """What the platform's own ingest processes are told."""
    return load(IngestSettings, environment_of(named("ingest-worker"), place))


def find_channel(place: Place, organization: str, channel: str) -> tuple[str, str]:
    """(organization id, channel id) of a slug and of a channel's id or name."""
    client = connect(place.admin_uri, app_name="rostrum-import")
    try:
        database = client[database_name(place.settings.namespace, "workflow")]
        found = database["organizations"].find_one({"slug": organization}, {"_id": 1})
        if found is None:
            raise not_found("organization", organization)
        guarded = guarded_database(client, database.name)
        return found["_id"], _channel_id(guarded, found["_id"], channel)
    finally:
        client.close()


def _channel_id(database: Any, org_id: str, channel: str) -> str:
    query = {"org_id": org_id, "$or": [{"_id": channel}, {"name": channel}]}
    found = database["channels"].find_one(query, {"_id": 1})
    if found is None:
        raise not_found("channel", channel)
    return str(found["_id"])
