"""The embedded broker never forgets: what it grew by is given back when its topics begin anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from pymongo import MongoClient

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.mongo.client import guarded_database
from chassis.outbox.progress import SLACK, SpeakerProgress
from contracts.topics import Topic
from stack.platform import Platform
from tests.bench.figures import Figures
from tests.bench.memory import resident
from tests.support.programs import Program, Tenant
from tests.support.waiting import eventually

FULL: Final = (Topic.ARRIVALS, Topic.CONVERSATIONS)
"""The topics that an archive fills."""
PATIENCE: Final = 300.0


@pytest.fixture
def broker(platform: Platform) -> Iterator[KafkaBroker]:
    """The platform's broker, as its relays reach it."""
    assert platform.place is not None
    settings = KafkaSettings(
        bootstrap=platform.place.kafka_bootstrap, namespace=platform.settings.namespace
    )
    made = KafkaBroker(settings)
    yield made
    made.close()


@pytest.mark.timeout(900)
def test_rotated_topics_give_memory_back_and_lose_nothing(
    program: Program,
    platform: Platform,
    agency: Tenant,
    handle: str,
    citizen: str,
    broker: KafkaBroker,
    database: MongoClient[Any],
    figures: Figures,
) -> None:
    mentions = database[f"{platform.settings.namespace}_workflow"]["mentions"]
    loaded = _end_of_the_archive(database, platform.settings.namespace)
    # What is younger than two minutes before the slowest group would be sent again.
    eventually(lambda: datetime.now(UTC) > loaded + SLACK, within_s=PATIENCE, every_s=0.5)
    program.public.post(citizen, f"@{handle} before the rotation")
    eventually(
        lambda: all(
            (_slowest(database, platform, topic) or loaded) > loaded + SLACK for topic in FULL
        ),
        within_s=PATIENCE,
        every_s=0.5,
    )
    known, full = mentions.estimated_document_count(), resident(platform.supervisor)["broker"]
    for topic in FULL:
        broker.rotate(topic)
    program.public.post(citizen, f"@{handle} after the rotation")
    eventually(lambda: mentions.estimated_document_count() == known + 1, within_s=60)
    eventually(lambda: _settled(platform), within_s=60, every_s=0.5)
    empty = resident(platform.supervisor)["broker"]
    figures.say("broker_full", full, "MB")
    figures.say("broker_given_back", full - empty, "MB")
    figures.require()


class _Last:
    megabytes = 0.0


def _settled(platform: Platform) -> bool:
    """Whether the broker's memory stands still."""
    found = resident(platform.supervisor)["broker"]
    is_still, _Last.megabytes = abs(found - _Last.megabytes) < 0.5, found
    return is_still


def _end_of_the_archive(client: MongoClient[Any], namespace: str) -> datetime:
    arrivals = client[f"{namespace}_ingest"]["arrivals"]
    facts = client[f"{namespace}_workflow"]["outbox"]
    newest: list[datetime] = [
        next(rows.find({}, {"created_at": 1}).sort("created_at", -1).limit(1))["created_at"]
        for rows in (arrivals, facts)
    ]
    return max(newest)


def _slowest(client: MongoClient[Any], platform: Platform, topic: Topic) -> datetime | None:
    name = f"{platform.settings.namespace}_{topic.speaker}"
    return SpeakerProgress(guarded_database(client, name)).slowest(topic.value)
