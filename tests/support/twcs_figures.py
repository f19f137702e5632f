"""The figures of a customer-support archive by a plain script that knows nothing of the services.

    python tests/support/twcs_figures.py <file.csv>

Columns: tweet_id, inbound, created_at, in_response_to_tweet_id and others. A row without a readable
time is a bad row and left out. Threads are what in_response_to connects. Times in seconds.
"""

from __future__ import annotations

import csv
import json
import math
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

DAY = 24 * 3600


class Tweet(NamedTuple):
    """One good row."""

    ident: str
    inbound: bool
    at: datetime
    parent: str | None

    @property
    def day(self) -> str:
        """In UTC."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%d")


def read(path: Path) -> dict[str, Tweet]:
    """The good rows by id; a row that is there twice counts once."""
    found: dict[str, Tweet] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                at = datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y")
            except (ValueError, TypeError):
                continue
            parent = (row["in_response_to_tweet_id"] or "").removesuffix(".0") or None
            tweet = Tweet(row["tweet_id"], row["inbound"] == "True", at, parent)
            found.setdefault(tweet.ident, tweet)
    return found


Timed = list[tuple[str, int]]
"""Pairs (day a value belongs to, seconds)."""


def reply_times(tweets: dict[str, Tweet]) -> Timed:
    """Every outgoing reply whose parent is present."""
    return [
        (one.day, _seconds(tweets[one.parent], one))
        for one in tweets.values()
        if not one.inbound and one.parent in tweets
    ]


def first_per_message(tweets: dict[str, Tweet]) -> Timed:
    """Every inbound message with a direct outgoing reply: the earliest of them."""
    answers = _answers(tweets)
    return [
        (tweets[ident].day, min(_seconds(tweets[ident], each) for each in replies))
        for ident, replies in answers.items()
    ]


def first_per_thread(tweets: dict[str, Tweet]) -> Timed:
    """Every thread: from its earliest inbound to the earliest outgoing reply at or after it."""
    found = []
    for thread in threads(tweets):
        asked = [one for one in thread if one.inbound]
        if not asked:
            continue
        start = min(asked, key=lambda one: one.at)
        replies = [one for one in thread if not one.inbound and one.parent in tweets]
        later = [_seconds(start, one) for one in replies if one.at >= start.at]
        if later:
            found.append((start.day, min(later)))
    return found


def threads(tweets: dict[str, Tweet]) -> list[list[Tweet]]:
    """Connected by in_response_to, as far as the parents are present."""
    neighbours = defaultdict(set)
    for one in tweets.values():
        if one.parent in tweets:
            neighbours[one.ident].add(one.parent)
            neighbours[one.parent].add(one.ident)
    found: list[list[Tweet]] = []
    seen: set[str] = set()
    for ident in tweets:
        if ident not in seen:
            members = _reachable(ident, neighbours)
            seen |= members
            found.append([tweets[member] for member in members])
    return found


def _reachable(ident: str, neighbours: dict[str, set[str]]) -> set[str]:
    members, waiting = {ident}, [ident]
    while waiting:
        fresh = neighbours[waiting.pop()] - members
        members |= fresh
        waiting.extend(fresh)
    return members


def _answers(tweets: dict[str, Tweet]) -> dict[str, list[Tweet]]:
    answers = defaultdict(list)
    for one in tweets.values():
        if not one.inbound and one.parent in tweets and tweets[one.parent].inbound:
            answers[one.parent].append(one)
    return answers


def _seconds(start: Tweet, end: Tweet) -> int:
    return math.floor((end.at - start.at).total_seconds())


def summary(values: Iterable[int]) -> dict[str, Any]:
    """Number, quantiles by linear interpolation (None of nothing), and how many are over 24 h."""
    ordered = sorted(values)
    deciles = statistics.quantiles(ordered, n=10, method="inclusive") if len(ordered) > 1 else None
    return {
        "count": len(ordered),
        "median": statistics.median(ordered) if ordered else None,
        "p90": deciles[8] if deciles else next(iter(ordered), None),
        "over_24h": sum(value > DAY for value in ordered),
    }


def durations(tweets: dict[str, Tweet]) -> dict[str, Timed]:
    """The three response measures by their names."""
    return {
        "reply_time": reply_times(tweets),
        "first_response_per_message": first_per_message(tweets),
        "first_response_per_conversation": first_per_thread(tweets),
    }


def counts(tweets: dict[str, Tweet]) -> dict[str, Counter[str]]:
    """Per measure, the number on each day."""
    answers = _answers(tweets)
    every = list(tweets.values())
    return {
        "mentions": Counter(one.day for one in every),
        "mentions_inbound": Counter(one.day for one in every if one.inbound),
        "replies": Counter(one.day for one in every if not one.inbound and one.parent),
        "unanswered": Counter(o.day for o in every if o.inbound and o.ident not in answers),
    }


def figures(tweets: dict[str, Tweet]) -> dict[str, Any]:
    """Everything together."""
    total = {name: found.total() for name, found in counts(tweets).items()}
    timed = {n: summary(value for _, value in found) for n, found in durations(tweets).items()}
    return {**total, **timed}


def days(tweets: dict[str, Tweet]) -> dict[str, dict[str, Any]]:
    """The same, day by day."""
    counted, timed = counts(tweets), durations(tweets)
    found = {day for each in counted.values() for day in each}
    found |= {day for each in timed.values() for day, _ in each}
    return {
        day: {name: each[day] for name, each in counted.items()}
        | {name: summary(v for d, v in each if d == day) for name, each in timed.items()}
        for day in sorted(found)
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(read(Path(sys.argv[1]))), indent=2) + "\n")
