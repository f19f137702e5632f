"""How fast an archive becomes conversations, beside what the same servers do without us."""

from __future__ import annotations

from typing import Any, Final

import pytest
from pymongo import MongoClient

from stack.platform import Platform
from tests.bench.figures import Figures
from tests.bench.memory import Growth, MemoryWatch
from tests.bench.pipeline import Pipeline
from tests.bench.processor import processor_seconds
from tests.bench.raw import RawLimits
from tests.bench.shape import Archive
from tests.support.programs import Tenant

FLOOR: Final = 0.10
GROWTH: Final = 0.10
SLACK_MB: Final = {"mongod": 256.0}
"""What a process may grow by besides: the database by the cache that its setting gives it."""
OTHERS_SLACK_MB: Final = 16.0
"""Everybody else: what Python keeps of the largest batch, and bounded memories filling up."""


@pytest.fixture(scope="module")
def channel(agency: Tenant) -> str:
    """The name of a channel that is fed by the import."""
    name = "archive"
    agency.archive(agency.unit("Public Affairs"), name)
    return name


@pytest.mark.timeout(3_600)
def test_an_archive_is_visible_at_a_tenth_of_the_raw_speed(
    platform: Platform,
    agency: Tenant,
    archive: Archive,
    channel: str,
    database: MongoClient[Any],
    figures: Figures,
) -> None:
    assert platform.place is not None
    limits = RawLimits(platform.place, archive)
    inserting = [limits.insert_seconds()]
    consuming = [limits.consume_seconds("bench_raw.before")]
    pipeline = Pipeline(platform, agency, archive, database)
    with MemoryWatch(platform.supervisor) as memory, processor_seconds(platform.supervisor) as used:
        command = pipeline.import_archive(channel)
        visible = pipeline.until_visible()
        folded = pipeline.until_folded()
    inserting.append(limits.insert_seconds())
    consuming.append(limits.consume_seconds("bench_raw.after"))

    rows = archive.rows
    raw_insert, raw_consume = (rows * len(took) / sum(took) for took in (inserting, consuming))
    figures.say("mentions", rows, "messages")
    figures.say("raw_insert_many", raw_insert, "documents/s")
    figures.say("raw_consume_and_upsert", raw_consume, "documents/s")
    figures.say("import_command_seconds", command.result(), "s")
    figures.say("arrivals_relayed", rows / pipeline.arrivals_relayed_in(), "arrivals/s")
    figures.say("facts_relayed", pipeline.facts() / pipeline.facts_relayed_in(), "facts/s")
    figures.say("facts_per_mention", pipeline.facts() / rows, "facts")
    figures.say("visible", rows / visible, "mentions/s")
    figures.say("visible_seconds", visible, "s")
    figures.say("folded_seconds", folded, "s")
    figures.say("ratio_to_raw_insert_many", rows / visible / raw_insert, "")
    figures.at_least(
        "ratio_to_raw_consume_and_upsert", rows / visible / raw_consume, "", floor=FLOOR
    )
    _processor(used, rows, figures)
    _memory(memory, figures)
    assert pipeline.conversations() == archive.conversations
    figures.require()


def _processor(used: dict[str, float], rows: int, figures: Figures) -> None:
    for name, seconds in sorted(used.items(), key=lambda item: -item[1]):
        figures.say(f"processor_{name}", 1_000_000 * seconds / rows, "us/mention")


def _memory(watch: MemoryWatch, figures: Figures) -> None:
    """Either a tenth, or the slack; the broker's growth is printed, and given back later."""
    for name, samples in sorted(watch.samples.items()):
        growth = Growth(samples)
        figures.say(f"memory_{name}_warm", growth.warm, "MB")
        if name == "broker":
            figures.say("memory_broker_growth", growth.megabytes, "MB")
        else:
            ceiling = max(GROWTH * growth.warm, SLACK_MB.get(name, OTHERS_SLACK_MB))
            figures.at_most(f"memory_{name}_growth", growth.megabytes, "MB", ceiling=ceiling)
