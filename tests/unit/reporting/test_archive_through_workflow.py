"""An archive, read by ingest and threaded by workflow, is reported as the plain script says.

The three services meet nowhere but here: only their facts are handed on.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from chassis.ports import Delivered
from contracts.envelope import Envelope
from contracts.facts import decode
from contracts.ingest import MentionArrived
from contracts.topics import Topic
from services.ingest.connectors.archive.support_csv import SupportCsvReader
from services.ingest.domain.listening.message import Message
from tests.support.reporting import PlainFolds, reported
from tests.support.twcs_figures import days, figures, read
from tests.unit.workflow_conversations.builders import ACME, Desk, a_desk, an_arrival

SAMPLE = Path(__file__).parent / "samples" / "support.csv"


def arrivals() -> list[MentionArrived]:
    """The readable rows; one that is there twice arrives once, by ingest's unique key."""
    with SAMPLE.open("rb") as file:
        rows = list(SupportCsvReader().read(file, 0, 0))
    messages = {row.message.external_id: row.message for row in rows if row.message}
    assert len(rows) == len(messages) + 2
    return [_arrival(message) for message in messages.values()]


def _arrival(message: Message) -> MentionArrived:
    return an_arrival(
        message.external_id,
        direction=message.direction,
        kind=message.kind,
        author=message.author,
        text=message.text,
        posted_at=message.posted_at,
        in_reply_to=message.in_reply_to,
    )


def told(desk: Desk) -> list[Delivered]:
    """What workflow said about conversations, as reporting's consumer hands it on."""
    rows = [row for row in desk.factory.store.all("outbox") if row["topic"] == Topic.CONVERSATIONS]
    return [
        Delivered(
            envelope=Envelope(
                id=row["_id"],
                type=row["type"],
                source="/rostrum/workflow",
                subject=row["aggregate_id"],
                time=row["time"],
                org_id=row["org_id"],
                sequence=row["sequence"],
            ),
            fact=decode(row["type"], row["body"]),
        )
        for row in sorted(rows, key=lambda row: (row["aggregate_id"], row["sequence"]))
    ]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_of_arrival_the_report_is_what_the_script_says(seed: int) -> None:
    dice = random.Random(seed)
    desk, said = a_desk(), arrivals()
    dice.shuffle(said)
    size = dice.choice([1, 4, 13, len(said)])
    for start in range(0, len(said), size):
        desk.hear(*said[start : start + size])
    folds = PlainFolds()
    folds.take(told(desk))
    assert {part.org_id for part in folds.days} == {ACME}
    assert reported(folds.days.values()) == figures(read(SAMPLE))
    by_day = {part.day for part in folds.days}
    assert {
        day: reported(each for part, each in folds.days.items() if part.day == day)
        for day in sorted(by_day)
    } == days(read(SAMPLE))
