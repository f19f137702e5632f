"""Invented archives in the customer-support shape."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HEADER = (
    "",
    "tweet_id",
    "author_id",
    "inbound",
    "created_at",
    "text",
    "response_tweet_id",
    "in_response_to_tweet_id",
)
BEGIN = datetime(2026, 2, 1, 8, 0, tzinfo=UTC)
QUESTIONS = (
    "Where is my parcel?",
    'It says "sent",\nbut where?',
    "Ist jemand da? 🙏",
    "=HYPERLINK()",
)
ANSWERS = ("We are looking into it.", "Please send us the number.")


def moment(at: datetime) -> str:
    """As the shape writes it."""
    return at.strftime("%a %b %d %H:%M:%S +0000 %Y")


def line(number: int, *fields: Any) -> str:
    """One row."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow((number, *fields))
    return written.getvalue()


def support_rows(threads: int, seed: int) -> list[str]:
    """Threads of up to six messages over ten days, in no order, some rows twice, some parents absent."""
    dice = random.Random(seed)
    rows: list[str] = []
    for thread in range(threads):
        at = BEGIN + timedelta(seconds=dice.randrange(10 * 86_400))
        parent = f"{thread * 10 + 9}.0" if dice.random() < 0.1 else ""
        for place in range(dice.randrange(1, 7)):
            is_inbound = place % 2 == 0 if dice.random() < 0.9 else dice.random() < 0.5
            author = f"{5000 + thread}" if is_inbound else "NorthwindHelp"
            ident = thread * 10 + place + 100_000
            text = dice.choice(QUESTIONS if is_inbound else ANSWERS)
            rows.append(line(ident, ident, author, is_inbound, moment(at), text, "", parent))
            at += timedelta(seconds=int(dice.expovariate(1 / 4_000)))
            parent = f"{ident}.0" if dice.random() < 0.8 else parent
    rows += dice.sample(rows, threads // 20)
    dice.shuffle(rows)
    return rows


def write(path: Path, rows: list[str], *, end: str = "") -> Path:
    """A file with its header; ``end`` is what stands after the last row."""
    path.write_text(line(0, *HEADER[1:]).removeprefix("0") + "".join(rows) + end, encoding="utf-8")
    return path
