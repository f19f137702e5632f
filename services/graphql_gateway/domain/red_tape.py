"""The red-tape clock: what waits for decisions, and how long decisions took.

Waiting is shown by stage, topic and unit, never by person; a group of fewer than five decisions is
shown without its durations, because a small group is a person (DOMAIN 10).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from services.graphql_gateway.domain.report import Document, MeasurePart, measure

SMALLEST_GROUP: Final = 5
STAGE_WAIT: Final = "stage_wait"
TOPIC_WAIT: Final = "topic_wait"
LABEL: Final = ":"
"""Between a measure and the label of its values in day documents."""

MOST_SHOWN: Final = 50
WORDS: Final = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


class WaitPart(msgspec.Struct):
    """A group of decisions; ``wait`` is None where the group is too small to be shown."""

    name: str | None
    unit_id: str | None
    decisions: int
    wait: MeasurePart | None


class RedTapePart(msgspec.Struct):
    """The clock over a span of days."""

    first_day: str
    last_day: str
    total: WaitPart
    by_stage: list[WaitPart]
    by_topic: list[WaitPart]
    by_unit: list[WaitPart]
    overdue: int
    expired: int


class DecisionPart(msgspec.Struct):
    """One decision that waits on somebody."""

    content_id: str
    stage: str
    since: datetime
    due_at: datetime | None
    days: int


class DecisionsPart(msgspec.Struct):
    """Everything that waits on one person; ``decisions`` are the oldest of it."""

    count: int
    oldest_since: datetime | None
    oldest_days: int | None
    sentence: str
    decisions: list[DecisionPart]


Histogram = Counter[int]


def red_tape(documents: Sequence[Document], *, first: str, last: str) -> dict[str, Any]:
    """The shape of RedTapePart."""
    stages, topics = by_label(documents, STAGE_WAIT), by_label(documents, TOPIC_WAIT)
    units: dict[str, Histogram] = defaultdict(Counter)
    for each in documents:
        for histogram in by_label([each], STAGE_WAIT).values():
            units[each["unit_id"]].update(histogram)
    everything: Histogram = sum(stages.values(), Counter())
    return {
        "first_day": first,
        "last_day": last,
        "total": _group(everything),
        "by_stage": [_group(each, name=name) for name, each in sorted(stages.items())],
        "by_topic": [_group(each, name=name) for name, each in sorted(topics.items())],
        "by_unit": [_group(each, unit_id=unit) for unit, each in sorted(units.items())],
        "overdue": sum(each["counts"].get("stages_overdue", 0) for each in documents),
        "expired": sum(each["counts"].get("approvals_expired", 0) for each in documents),
    }


def by_label(documents: Iterable[Document], name: str) -> dict[str, Histogram]:
    """Label -> merged histogram of a measure with labels."""
    found: dict[str, Histogram] = defaultdict(Counter)
    for each in documents:
        for key, seconds in each["seconds"].items():
            measured, _, label = key.partition(LABEL)
            if measured == name:
                found[unquote(label)].update({int(s): n for s, n in seconds.items()})
    return found


def _group(
    histogram: Mapping[int, int], *, name: str | None = None, unit_id: str | None = None
) -> dict[str, Any]:
    decisions = sum(histogram.values())
    is_shown = decisions >= SMALLEST_GROUP
    return {
        "name": name,
        "unit_id": unit_id,
        "decisions": decisions,
        "wait": measure(histogram) if is_shown else None,
    }


def decisions_waiting(rounds: Iterable[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """The shape of DecisionsPart, of rounds whose open stage waits on one person."""
    waiting = sorted(
        (found for each in rounds for found in _open(each, now)),
        key=lambda one: (one["since"], one["content_id"]),
    )
    oldest = waiting[0] if waiting else None
    return {
        "count": len(waiting),
        "oldest_since": oldest and oldest["since"],
        "oldest_days": oldest and oldest["days"],
        "sentence": _sentence(len(waiting), oldest["days"] if oldest else 0),
        "decisions": waiting[:MOST_SHOWN],
    }


def _open(review: Mapping[str, Any], now: datetime) -> Iterable[dict[str, Any]]:
    for stage in review["stages"]:
        if stage["state"] == "open":
            since = stage.get("opened_at") or review["opened_at"]
            yield {
                "content_id": review["content_id"],
                "stage": stage.get("name") or "",
                "since": since,
                "due_at": stage.get("due_at"),
                "days": max(now - since, timedelta()).days,
            }


def _sentence(number: int, days: int) -> str:
    """``Three decisions wait on you, the oldest nine days.``"""
    if number == 0:
        return "No decision waits on you."
    age = "less than a day" if days == 0 else _counted(days, "day")
    if number == 1:
        return f"One decision waits on you, for {age}."
    return f"{_word(number).capitalize()} decisions wait on you, the oldest {age}."


def _counted(number: int, what: str) -> str:
    return f"{_word(number)} {what}" if number == 1 else f"{_word(number)} {what}s"


def _word(number: int) -> str:
    return WORDS[number] if number < len(WORDS) else str(number)
