"""Reports: day documents merged when they are read.

Day documents count durations per whole second, so a merged quantile is exact to one second.
Quantiles interpolate linearly between order statistics (Hyndman and Fan 1996, type 7), which is
what NumPy and spreadsheets do by default.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

DAY_SECONDS: Final = 24 * 3600
COUNTS: Final = (
    "mentions",
    "mentions_inbound",
    "replies",
    "unanswered",
    "posts_published",
    "approvals",
)
DURATIONS: Final = (
    "approval_wait",
    "reply_time",
    "first_response_per_message",
    "first_response_per_conversation",
)


class ReportDimension(StrEnum):
    """What a report is grouped by."""

    DAY = "day"
    CHANNEL = "channel_id"
    UNIT = "unit_id"


class MeasurePart(msgspec.Struct):
    """Durations of one kind, in seconds; the quantiles are None where there is none."""

    count: int
    median: float | None
    p90: float | None
    over_24h: int


class RowPart(msgspec.Struct):
    """One group of a report."""

    day: str | None
    channel_id: str | None
    unit_id: str | None
    mentions: int
    mentions_inbound: int
    replies: int
    unanswered: int
    posts_published: int
    approvals: int
    approval_wait: MeasurePart
    reply_time: MeasurePart
    first_response_per_message: MeasurePart
    first_response_per_conversation: MeasurePart


class ReportPart(msgspec.Struct):
    """A report: its span, everything together, and the groups in the order of their keys."""

    first_day: str
    last_day: str
    total: RowPart
    rows: list[RowPart]


Document = Mapping[str, Any]


def quantile(histogram: Sequence[tuple[int, int]], share: float) -> float | None:
    """The value below which this share lies; ``histogram`` is sorted (second, number)."""
    total = sum(number for _, number in histogram)
    if not total:
        return None
    place = share * (total - 1)
    whole = int(place)
    low, high = _at(histogram, whole), _at(histogram, min(whole + 1, total - 1))
    return low + (high - low) * (place - whole)


def _at(histogram: Sequence[tuple[int, int]], place: int) -> int:
    passed = 0
    for value, number in histogram:
        passed += number
        if place < passed:
            return value
    raise IndexError(place)


def measure(seconds: Mapping[int, int]) -> dict[str, Any]:
    """The shape of MeasurePart from a merged histogram."""
    histogram = sorted((value, number) for value, number in seconds.items() if number > 0)
    return {
        "count": sum(number for _, number in histogram),
        "median": quantile(histogram, 0.5),
        "p90": quantile(histogram, 0.9),
        "over_24h": sum(number for value, number in histogram if value > DAY_SECONDS),
    }


def row(documents: Iterable[Document], group: Mapping[str, str | None]) -> dict[str, Any]:
    """The shape of RowPart: these documents merged."""
    counts: Counter[str] = Counter()
    seconds: dict[str, Counter[int]] = {name: Counter() for name in DURATIONS}
    for each in documents:
        counts.update({name: each["counts"].get(name, 0) for name in COUNTS})
        for name, merged in seconds.items():
            found = each["seconds"].get(name, {})
            merged.update({int(value): number for value, number in found.items()})
    durations = {name: measure(merged) for name, merged in seconds.items()}
    keys = {name.value: group.get(name.value) for name in ReportDimension}
    return {**keys, **{name: counts[name] for name in COUNTS}, **durations}


def report(
    documents: Sequence[Document], by: Sequence[ReportDimension], *, first: str, last: str
) -> dict[str, Any]:
    """The shape of ReportPart. Without dimensions the one row is the total."""
    groups: dict[tuple[str, ...], list[Document]] = {}
    for each in documents:
        groups.setdefault(tuple(each[name.value] for name in by), []).append(each)
    names = [name.value for name in by]
    rows = [row(groups[key], dict(zip(names, key, strict=True))) for key in sorted(groups)]
    return {"first_day": first, "last_day": last, "total": row(documents, {}), "rows": rows}
