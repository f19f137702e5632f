"""An archive is read to its end, once, and names what it cannot read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis.errors import Refusal
from chassis.mongo.factory import WorkFactory
from contracts.ingest import MentionArrived
from services.ingest.application.archives import import_archive
from services.ingest.application.archives.import_archive import ImportRequest, Progress
from services.ingest.entrypoints.import_archive import importer
from tests.support.ingest import CHANNEL, ORG

HEADER = ",tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
WHEN = "Tue Mar 03 10:02:47 +0000 2026"


def an_archive(folder: Path, rows: int, *, broken: tuple[int, ...] = ()) -> Path:
    """A file with so many rows, of which some have no time."""
    path = folder / "archive.csv"
    lines = [
        f"{n},{n},{n % 7},True,{'never' if n in broken else WHEN},message {n},,\n"
        for n in range(1, rows + 1)
    ]
    path.write_text(HEADER + "".join(lines))
    return path


def a_request(path: Path, **fields: Any) -> ImportRequest:
    """The file for our channel."""
    return ImportRequest(org_id=ORG, channel_id=CHANNEL, path=path, **fields)


def stored(units: WorkFactory, collection: str) -> list[dict[str, Any]]:
    """Everything there is."""
    return list(units.database[collection].find({"org_id": ORG}).sort("_id", 1))


def test_every_row_is_stored_or_named(units: WorkFactory, tmp_path: Path) -> None:
    path = an_archive(tmp_path, 1_203, broken=(7, 900))
    result = importer(units).run(a_request(path), lambda _: None)
    assert (result.run.rows_read, result.run.rows_stored, result.run.rows_unreadable) == (
        1_203, 1_201, 2,
    )  # fmt: skip
    assert [row.number for row in result.unreadable] == [7, 900]
    assert len(stored(units, "arrivals")) == 1_201
    aside = stored(units, "unreadable")
    assert {row["position"] for row in aside} == {"row 7", "row 900"}
    assert all(b"never" in row["content"] for row in aside)


def test_an_arrival_is_its_own_row_of_the_outbox(units: WorkFactory, tmp_path: Path) -> None:
    importer(units).run(a_request(an_archive(tmp_path, 1)), lambda _: None)
    (row,) = stored(units, "arrivals")
    fact = msgspec.json.decode(row["body"], type=MentionArrived)
    assert (fact.external_id, fact.text, fact.source) == ("1", "message 1", "import")
    assert row["key"] == f"{ORG}/{CHANNEL}/1".encode()
    assert row["relay"] == {"sent_at": None, "fence": 0}


def test_a_second_import_stores_nothing_new(units: WorkFactory, tmp_path: Path) -> None:
    path = an_archive(tmp_path, 600, broken=(3,))
    first = importer(units).run(a_request(path), lambda _: None)
    second = importer(units).run(a_request(path), lambda _: None)
    assert (first.new, second.new) == (599, 0)
    assert len(stored(units, "unreadable")) == 1
    assert len(stored(units, "import_runs")) == 2


class BrokenOffError(Exception):
    """Somebody pulls the plug."""


def test_a_run_that_is_broken_off_goes_on_where_it_stood(
    units: WorkFactory, tmp_path: Path
) -> None:
    path = an_archive(tmp_path, 9_000, broken=(5_100,))

    def pull_the_plug(progress: Progress) -> None:
        if progress.rows >= 6_000:
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        importer(units).run(a_request(path), pull_the_plug)
    result = importer(units).run(a_request(path), lambda _: None)
    assert result.resumed_at == import_archive.BATCH * import_archive.BATCHES_PER_SAVE
    assert (result.run.rows_read, result.run.rows_stored, result.run.rows_unreadable) == (
        9_000, 8_999, 1,
    )  # fmt: skip
    assert len(stored(units, "arrivals")) == 8_999
    assert len(stored(units, "import_runs")) == 1


def test_the_end_of_a_run_is_a_fact(units: WorkFactory, tmp_path: Path) -> None:
    result = importer(units).run(a_request(an_archive(tmp_path, 2)), lambda _: None)
    (row,) = stored(units, "outbox")
    assert row["type"] == "rostrum.ingest.ImportFinished.v1"
    assert row["aggregate_id"] == result.run.id


def test_a_file_of_no_known_format_is_refused(units: WorkFactory, tmp_path: Path) -> None:
    path = tmp_path / "archive.docx"
    path.write_bytes(b"x")
    with pytest.raises(Refusal, match="no format"):
        importer(units).run(a_request(path), lambda _: None)
