"""Import an archive: read a file to its end, in batches, from where the last run was broken off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from chassis.errors import Refusal, RefusalCode
from chassis.ports import Actor, Clock, Ids, Work
from services.ingest.application.connector import ArchiveReader
from services.ingest.application.ports import Arrivals, SetAside, Units
from services.ingest.domain.archives.row import Row
from services.ingest.domain.archives.run import ImportRun, RunState, Step, advanced, finished
from services.ingest.domain.listening.arrival import LARGEST, Arrival, Receiver, arrival_of
from services.ingest.domain.listening.message import Unread

BATCH: Final = 500
BATCHES_PER_SAVE: Final = 10
"""A run that is broken off reads at most 5,000 rows again, and stores none of them twice."""
AUTO: Final = "auto"
_SUFFIXES: Final = {".csv": "csv", ".json": "activitystreams"}
_SAMPLE: Final = 1 << 16


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A file for a channel. ``format`` None or ``auto``: by the file's suffix."""

    org_id: str
    channel_id: str
    path: Path
    format: str | None = None
    resume: bool = True


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A row for people to look up: its number, the byte where it ends, and why."""

    number: int
    position: int
    reason: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """After each batch: what it read so far, of how many bytes, and what it could not read."""

    rows: int
    position: int
    size: int
    unreadable: tuple[Unreadable, ...] = ()


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """``resumed_at`` is the row after which this run began; ``new`` what was not there before."""

    run: ImportRun
    resumed_at: int
    new: int
    unreadable: tuple[Unreadable, ...]


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True)
class Importer:
    """What importing needs."""

    readers: Mapping[str, ArchiveReader]
    arrivals: Arrivals
    units: Units
    clock: Clock
    ids: Ids
    actor: Actor

    def run(self, request: ImportRequest, progress: OnProgress) -> ImportResult:
        """Read the file; may be broken off at any point and run again."""
        reader = self._reader(request)
        run = self._opened(request, reader.format)
        totals = _Totals(size=request.path.stat().st_size)
        begun_at = run.rows_read
        with request.path.open("rb") as stream, ThreadPoolExecutor(1) as writer:
            rows = reader.read(stream, run.position, run.rows_read)
            for batch in self._stored_ahead(run, rows, writer):
                run = self._save_now_and_then(advanced(run, batch.step), totals)
                totals.add(batch)
                progress(totals.progress(run))
        return ImportResult(
            run=self._finish(run),
            resumed_at=begun_at,
            new=totals.new,
            unreadable=tuple(totals.unreadable),
        )

    def _stored_ahead(
        self, run: ImportRun, rows: Iterator[Row], writer: ThreadPoolExecutor
    ) -> Iterator[_Batch]:
        """Each batch once it is stored, in order; the next one is read while it is written."""
        writing: Future[_Batch] | None = None
        for chunk in _chunks(rows):
            batch = self._batch(run, chunk)
            if writing is not None:
                yield writing.result()
            writing = writer.submit(self._store, batch)
        if writing is not None:
            yield writing.result()

    def _reader(self, request: ImportRequest) -> ArchiveReader:
        asked = None if request.format == AUTO else request.format
        name = asked or _SUFFIXES.get(request.path.suffix.lower(), "")
        if name not in self.readers:
            known = ", ".join(sorted(self.readers))
            sentence = f"There is no format {name or request.path.suffix!r}: {known}."
            raise Refusal(RefusalCode.INVALID_ARGUMENT, sentence, field=("format",))
        if not request.path.is_file():
            sentence = f"There is no file {str(request.path)!r}."
            raise Refusal(RefusalCode.NOT_FOUND, sentence, field=("path",))
        return self.readers[name]

    def _opened(self, request: ImportRequest, format_name: str) -> ImportRun:
        mark = fingerprint(request.path)

        def open_run(work: Work) -> ImportRun:
            broken_off = work.first(
                ImportRun,
                channel_id=request.channel_id,
                fingerprint=mark,
                format=format_name,
                state=RunState.RUNNING,
            )
            if broken_off is not None and request.resume:
                return broken_off
            return work.add(self._fresh(request, format_name, mark))

        return self.units.run(self.actor, request.org_id, open_run)

    def _fresh(self, request: ImportRequest, format_name: str, mark: str) -> ImportRun:
        return ImportRun(
            id=self.ids.new(),
            org_id=request.org_id,
            channel_id=request.channel_id,
            format=format_name,
            file_name=request.path.name,
            fingerprint=mark,
            state=RunState.RUNNING,
            position=0,
            rows_read=0,
            rows_stored=0,
            rows_unreadable=0,
            started_at=self.clock.now(),
            ended_at=None,
        )

    def _batch(self, run: ImportRun, rows: list[Row]) -> _Batch:
        receiver = Receiver(
            org_id=run.org_id,
            channel_id=run.channel_id,
            source="import",
            arrived_at=self.clock.now(),
        )
        made = [(row, arrival_of(row.message, receiver, self.ids)) for row in rows if row.message]
        arrivals = [one for _, one in made if len(one.body) <= LARGEST]
        large = [_too_large(row, one) for row, one in made if len(one.body) > LARGEST]
        bad = [*(row for row in rows if row.reason), *large]
        step = Step(
            read=len(rows), stored=len(arrivals), unreadable=len(bad), position=rows[-1].end
        )
        return _Batch(
            arrivals=arrivals,
            aside=[_aside(run, row, receiver) for row in bad],
            named=[_named(row) for row in bad],
            step=step,
        )

    def _store(self, batch: _Batch) -> _Batch:
        if batch.arrivals:
            batch.new = self.arrivals.store(batch.arrivals)
        if batch.aside:
            self.arrivals.set_aside(batch.aside)
        return batch

    def _save_now_and_then(self, run: ImportRun, totals: _Totals) -> ImportRun:
        totals.batches += 1
        if totals.batches % BATCHES_PER_SAVE:
            return run

        def save(work: Work) -> ImportRun:
            return work.save(run)

        return self.units.run(self.actor, run.org_id, save)

    def _finish(self, run: ImportRun) -> ImportRun:
        def finish(work: Work) -> ImportRun:
            step = finished(run, work.now)
            return work.save(step.entity, *step.facts)

        return self.units.run(self.actor, run.org_id, finish)


@dataclass
class _Batch:
    """Rows on their way to the store."""

    arrivals: list[Arrival]
    aside: list[SetAside]
    named: list[Unreadable]
    step: Step
    new: int = 0


@dataclass
class _Totals:
    """What this run has done so far."""

    size: int
    new: int = 0
    batches: int = 0
    told: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)

    def add(self, batch: _Batch) -> None:
        self.new += batch.new
        self.unreadable += batch.named

    def progress(self, run: ImportRun) -> Progress:
        fresh = tuple(self.unreadable[self.told :])
        self.told = len(self.unreadable)
        return Progress(rows=run.rows_read, position=run.position, size=self.size, unreadable=fresh)


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _too_large(row: Row, arrival: Arrival) -> Row:
    reason = f"the message has {len(arrival.body)} bytes, more than {LARGEST}"
    return Row(number=row.number, end=row.end, reason=reason, raw=arrival.body)


def _named(row: Row) -> Unreadable:
    return Unreadable(number=row.number, position=row.end, reason=row.reason)


def _aside(run: ImportRun, row: Row, receiver: Receiver) -> SetAside:
    item = Unread(position=f"row {row.number}", reason=row.reason, content=row.raw)
    return SetAside(
        org_id=run.org_id,
        channel_id=run.channel_id,
        source=f"import {run.file_name}",
        item=item,
        at=receiver.arrived_at,
    )


def fingerprint(path: Path) -> str:
    """SHA-256 of size, beginning and end: tells a broken-off file from another one of its name."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as stream:
        digest.update(stream.read(_SAMPLE))
        stream.seek(max(size - _SAMPLE, 0))
        digest.update(stream.read(_SAMPLE))
    return digest.hexdigest()
