"""Quantiles of durations that are kept as counts per whole second.

Day documents hold such counts, so merging days, channels and units loses nothing: a quantile of the
merged counts is the quantile of all the values, exact to the second they were cut to.
"""

from __future__ import annotations

from collections.abc import Mapping


def quantile(histogram: Mapping[int, int], share: float) -> float:
    """The value below which this ``share`` (0 to 1) of the values lies, by linear interpolation.

    ``histogram``: whole second -> number of values; numbers below one are passed over. Source:
    Hyndman and Fan 1996, type 7, which NumPy and spreadsheets use by default: of n sorted values the
    place is ``share * (n - 1)``, counted from 0. ValueError without values or outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1: {share}")
    counted = sorted((value, number) for value, number in histogram.items() if number > 0)
    total = sum(number for _, number in counted)
    if not total:
        raise ValueError("there is no quantile of nothing")
    place = share * (total - 1)
    whole = int(place)
    low = _at(counted, whole)
    high = _at(counted, min(whole + 1, total - 1))
    return low + (high - low) * (place - whole)


def _at(counted: list[tuple[int, int]], place: int) -> int:
    passed = 0
    for value, number in counted:
        passed += number
        if place < passed:
            return value
    raise IndexError(place)
