"""The three groups of reporting, from the broker to the day documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from chassis.broker.memory import MemoryBroker
from chassis.broker.ports import Message
from chassis.loops import Loop
from chassis.metric_defs import CHASSIS_METRICS
from chassis.metrics import silent_metrics
from chassis.ports import Delivered
from chassis.process import Assembly
from chassis.settings import load
from contracts.envelope import key_of, to_headers
from contracts.facts import encode
from contracts.topics import Topic
from services.reporting.bootstrap import GROUPS, worker_loops
from services.reporting.settings import ReportingSettings
from tests.support.reporting import (
    MOMENT,
    Speaker,
    approved,
    archive_facts,
    confirmed,
    interleaved,
    reported,
)
from tests.support.reporting_store import Reporting, amounts_of
from tests.support.twcs_figures import figures, read

SAMPLE = Path(__file__).parents[2] / "unit" / "reporting" / "samples" / "support.csv"
TOLD = {
    "ROSTRUM_MODE": "test",
    "ROSTRUM_MONGO_URI": "mongodb://unused",
    "ROSTRUM_KAFKA_BOOTSTRAP": "unused:9",
    "ROSTRUM_TOKEN_KEY": "the-token-key-of-one-test-run-only",
    "ROSTRUM_AUDIT_KEY": "the-audit-key-of-one-test-run-only",
    "ROSTRUM_WORKFLOW_URL": "http://127.0.0.1:9",
}


class Groups:
    """The loops of a worker over a broker in memory."""

    def __init__(self, reporting: Reporting) -> None:
        self.broker = MemoryBroker()
        self.broker.ensure_topics([topic.value for topic in Topic])
        settings = load(ReportingSettings, TOLD)
        metrics = silent_metrics(CHASSIS_METRICS)
        self._made = Assembly(settings, reporting.factory, self.broker, metrics)
        self._loops: Sequence[Loop] = worker_loops(self._made)

    def restart(self) -> None:
        """As after kill -9; the offsets are forgotten too."""
        self.broker.members.clear()
        self.broker.committed.clear()
        self._loops = worker_loops(self._made)

    def send(self, stream: Iterable[Delivered]) -> None:
        """Onto the broker, as a relay does."""
        self.broker.producer().send([_message(one) for one in stream])

    def run(self, steps: int = 3) -> None:
        """Enough to read everything."""
        for _ in range(steps):
            for loop in self._loops:
                loop.step()


def _message(one: Delivered) -> Message:
    envelope = one.envelope
    return Message(
        topic=one.fact.TOPIC.value,
        key=key_of(envelope.org_id, envelope.subject),
        value=encode(one.fact),
        headers=tuple(to_headers(envelope)),
    )


@pytest.fixture
def groups(reporting: Reporting) -> Groups:
    return Groups(reporting)


def everything() -> list[Delivered]:
    """Facts of all three topics."""
    speaker = Speaker()
    more = [
        [speaker.say("item", approved("item", 60))],
        [speaker.say("post", confirmed("post", MOMENT))],
    ]
    return interleaved([*archive_facts(read(SAMPLE), 2, speaker), *more], 2)


def test_reporting_reads_conversations_content_and_deliveries() -> None:
    assert {group.value for group in GROUPS} == {
        "reporting.conversations",
        "reporting.content",
        "reporting.deliveries",
    }


def test_facts_on_the_broker_become_a_report(groups: Groups, reporting: Reporting) -> None:
    groups.send(everything())
    groups.run()
    days = [amounts_of(day) for day in reporting.days()]
    assert reported(days) == figures(read(SAMPLE))
    assert sum(day.get("approvals", 0) + day.get("posts_published", 0) for day in days) == 2
    assert len(reporting.logged()) == len(everything())


def test_the_whole_history_again_changes_nothing(groups: Groups, reporting: Reporting) -> None:
    groups.send(everything())
    groups.run()
    before = reporting.hash()
    for _ in range(2):
        groups.send(everything())
        groups.restart()
        groups.run()
    assert reporting.hash() == before
    assert len(reporting.logged()) == len(everything())
    reporting.rebuild()
    assert reporting.hash() == before
