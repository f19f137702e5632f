"""A few weeks of conversations as a customer-support CSV, the same every time for the same day.

Columns as in public customer-support archives: tweet_id, author_id, inbound, created_at, text,
response_tweet_id, in_response_to_tweet_id.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from stack.demo.organizations import DemoOrganization

DAYS: Final = 24
PER_DAY: Final = 6
COLUMNS: Final = (
    "",
    "tweet_id",
    "author_id",
    "inbound",
    "created_at",
    "text",
    "response_tweet_id",
    "in_response_to_tweet_id",
)
THANKS: Final = ("Thank you!", "Great, that helps.", "Perfect, thanks for the quick answer.")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the archive."""

    number: int
    author: str
    is_inbound: bool
    at: datetime
    text: str
    answers: int | None = None


def conversations(organization: DemoOrganization, until: datetime) -> list[Row]:
    """Questions, most of them answered, some of them thanked for; ends before ``until``."""
    dice = random.Random(organization.slug)
    rows: list[Row] = []
    for day in range(DAYS, 0, -1):
        for _ in range(PER_DAY):
            start = until - timedelta(days=day) + timedelta(minutes=dice.randrange(60 * 20))
            rows.extend(_thread(organization, start, dice, first=len(rows) + 1))
    return [row for row in rows if row.at < until]


def _thread(
    organization: DemoOrganization, start: datetime, dice: random.Random, *, first: int
) -> Iterator[Row]:
    question, answer = dice.choice(organization.topics)
    asker = f"{100000 + dice.randrange(900000)}"
    text = f"@{organization.handle} {question}"
    yield Row(number=first, author=asker, is_inbound=True, at=start, text=text)
    if dice.random() < 0.18:
        return
    answered = start + timedelta(seconds=int(dice.lognormvariate(6.6, 1.3)) + 30)
    yield Row(
        number=first + 1,
        author=organization.handle,
        is_inbound=False,
        at=answered,
        text=f"@{asker} {answer}",
        answers=first,
    )
    if dice.random() < 0.3:
        yield Row(
            number=first + 2,
            author=asker,
            is_inbound=True,
            at=answered + timedelta(minutes=dice.randrange(1, 90)),
            text=dice.choice(THANKS),
            answers=first + 1,
        )


def write_archive(rows: list[Row], path: Path) -> None:
    """The rows as CSV, newest first, as such archives come."""
    responses = {row.answers: row.number for row in rows if row.answers}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for index, row in enumerate(sorted(rows, key=lambda r: r.at, reverse=True)):
            writer.writerow(_columns(index, row, responses.get(row.number)))


def _columns(index: int, row: Row, response: int | None) -> tuple[object, ...]:
    return (
        index,
        row.number,
        row.author,
        row.is_inbound,
        row.at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        row.text,
        response or "",
        f"{row.answers}.0" if row.answers else "",
    )
