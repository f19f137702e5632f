"""What one aggregate adds to the days, and the difference between two such shares.

A day document is the sum of the shares of all aggregates. When an aggregate changes, its old share
is taken away and its new one added, so neither the order of facts nor their repetition matters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import msgspec

SEPARATOR: Final = "/"
"""Between a duration's name and its whole second in the keys of ``Share.amounts``."""

LABEL: Final = ":"
"""Between a measure's name and the label of its values."""

LABEL_LIMIT: Final = 60
"""Characters of a label that count."""


class Contribution(msgspec.Struct, frozen=True):
    """One count, or one duration in whole ``seconds``, on a day of a channel and unit.

    ``label`` tells values of one measure apart by something that day documents do not split by: the
    name of a stage, a topic. Few of them: each is a key of its own in the day document.
    """

    day: str
    channel_id: str
    unit_id: str
    seconds: int | None = None
    label: str | None = None


class Part(msgspec.Struct, frozen=True, order=True):
    """What one day document is about: a day (``YYYY-MM-DD`` in UTC) of a channel and unit, one slot."""

    org_id: str
    day: str
    channel_id: str
    unit_id: str
    slot: int


class Share(msgspec.Struct, frozen=True):
    """An aggregate's part of one day document.

    ``amounts``: ``<measure>`` or ``<measure>/<whole second>`` -> number, never 0. A measure with
    labels is ``<measure>:<label>`` there (``labelled``).
    """

    day: str
    channel_id: str
    unit_id: str
    amounts: dict[str, int]


Shares = tuple[Share, ...]
Sums = dict[Part, Counter[str]]
"""What is to be added to each part of each day document."""


def day_of(moment: datetime) -> str:
    """The day in UTC."""
    return moment.astimezone(UTC).date().isoformat()


def whole_seconds(start: datetime, end: datetime) -> int:
    """Whole seconds between two moments, rounded down; negative where the platform's times are."""
    between = end - start
    return between.days * 86_400 + between.seconds


def labelled(measure: str, label: str | None) -> str:
    """The key of a measure's values with this label: percent-encoded, so that any text is a key."""
    if label is None:
        return measure
    return f"{measure}{LABEL}{quote(label[:LABEL_LIMIT], safe='').replace('.', '%2E')}"


def amount_key(measure: str, seconds: int | None) -> str:
    """The key of one contribution."""
    return measure if seconds is None else f"{measure}{SEPARATOR}{seconds}"


def shares_of(contributions: Iterable[tuple[str, Iterable[Contribution]]]) -> Shares:
    """Pairs (measure, its contributions), summed up; in the order of their places."""
    sums: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for measure, each in contributions:
        for one in each:
            amounts = sums[one.day, one.channel_id, one.unit_id]
            amounts[amount_key(labelled(measure, one.label), one.seconds)] += 1
    return tuple(
        Share(*place, dict(sorted(amounts.items()))) for place, amounts in sorted(sums.items())
    )


def add(sums: Sums, shares: Shares, where: tuple[str, int], *, sign: int = 1) -> None:
    """Add shares of an aggregate, or take them away with ``sign`` -1; ``where``: (org_id, slot).

    Zeros may stay behind.
    """
    org_id, slot = where
    for share in shares:
        part = Part(org_id, share.day, share.channel_id, share.unit_id, slot)
        total = sums.get(part)
        if total is None:
            total = sums[part] = Counter()
        for key, amount in share.amounts.items():
            total[key] += sign * amount


def without_zeros(sums: Mapping[Part, Mapping[str, int]]) -> dict[Part, dict[str, int]]:
    """Only what is there."""
    kept = {part: {k: n for k, n in amounts.items() if n} for part, amounts in sums.items()}
    return {part: amounts for part, amounts in kept.items() if amounts}
