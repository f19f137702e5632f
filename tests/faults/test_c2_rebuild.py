"""C2: every read model is a pure fold of the fact log, rebuilt from zero while facts go on coming."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from chassis.errors import Conflict
from chassis.ids import derived
from chassis.ports import Delivered
from tests.faults.record import record
from tests.support.reporting import MOMENT, PlainFolds, Speaker, archive_facts, interleaved
from tests.support.reporting_store import Reporting, amounts_of
from tests.support.twcs_figures import Tweet

SEED = int(os.environ.get("FAULTS_SEED") or "1")
MESSAGES = int(os.environ.get("C2_MESSAGES") or "600")
ORGANIZATIONS = [derived("organization", name) for name in ("agency", "company")]
READERS = 2
MUST = "every hash equal, per organization"


@pytest.fixture
def reporting(mongo_uri: str, namespace: str) -> Iterator[Reporting]:
    found = Reporting(mongo_uri, namespace)
    yield found
    found.close()


def an_archive(dice: random.Random) -> dict[str, Tweet]:
    """Threads over two months, so that new days come up all the time."""
    tweets: dict[str, Tweet] = {}
    for number in range(MESSAGES):
        parent = dice.choice([*list(tweets)[-6:], None])
        at = MOMENT + timedelta(minutes=number * 75 + dice.randrange(600))
        tweets[str(number)] = Tweet(str(number), dice.random() < 0.55, at, parent)
    return tweets


def streams(org_id: str, dice: random.Random) -> list[list[Delivered]]:
    """What each reader gets: whole lines of both halves, mixed."""
    lines = archive_facts(an_archive(dice), dice.randrange(10**6), Speaker(org_id))
    return [interleaved(lines[n::READERS], dice.randrange(10**6)) for n in range(READERS)]


class Reader(threading.Thread):
    """Folds a stream in small batches, as a consumer does: what lost is taken again."""

    def __init__(self, reporting: Reporting, stream: Sequence[Delivered]) -> None:
        super().__init__()
        self._reporting = reporting
        self._stream = stream
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            for start in range(0, len(self._stream), 8):
                self._take(self._stream[start : start + 8])
        except Exception as error:  # noqa: BLE001 - shown by the test
            self.error = error

    def _take(self, batch: Sequence[Delivered]) -> None:
        while True:
            try:
                return self._reporting.take(batch)
            except Conflict:
                continue


def test_rebuilding_while_live_gives_what_the_facts_say(reporting: Reporting) -> None:
    dice = random.Random(SEED)
    split = {org_id: streams(org_id, dice) for org_id in ORGANIZATIONS}
    mixed = [interleaved([split[org][n] for org in ORGANIZATIONS], SEED) for n in range(READERS)]
    readers = [Reader(reporting, stream) for stream in mixed]
    for reader in readers:
        reader.start()
    rebuilds = 0
    while any(reader.is_alive() for reader in readers):
        reporting.rebuild(ORGANIZATIONS[rebuilds % 2])
        rebuilds += 1
    for reader in readers:
        reader.join()
    assert [reader.error for reader in readers] == [None] * READERS
    unequal = sum(_is_unequal(reporting, org, split[org]) for org in ORGANIZATIONS)
    is_ok = unequal == 0 and rebuilds >= 3
    record("C2 rebuilds while live", rebuilds, "rebuilds", MUST, is_ok, seed=SEED)
    assert (unequal, rebuilds >= 3) == (0, True)


def _is_unequal(reporting: Reporting, org_id: str, parts: Sequence[Sequence[Delivered]]) -> bool:
    """Against a rebuild in peace, and against the pure fold of the facts without any store."""
    live = reporting.hash(org_id)
    reporting.rebuild(org_id)
    plain = PlainFolds()
    for part in parts:
        plain.take(part)
    stored = {day["_id"]: amounts_of(day) for day in reporting.days(org_id)}
    expected = {
        f"{p.org_id}/{p.day}/{p.channel_id}/{p.unit_id}/{p.slot}": dict(amounts)
        for p, amounts in plain.days.items()
    }
    return live != reporting.hash(org_id) or stored != expected
