"""What trust is worth: incidents beside publications, and the minutes of waiting that it saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from services.graphql_gateway.domain.report import Document, quantile


class RatePart(msgspec.Struct):
    """Incidents of publications; the rate is None where nothing was published."""

    published: int
    incidents: int
    incident_rate: float | None


class TrustReportPart(msgspec.Struct):
    """Reviewed beside unreviewed publications; None where there is nothing to compare with."""

    first_day: str
    last_day: str
    reviewed: RatePart
    unreviewed: RatePart
    median_review_seconds: float | None
    review_minutes_saved: float | None
    sentence: str


def trust_report(documents: Sequence[Document], *, first: str, last: str) -> dict[str, Any]:
    """The shape of TrustReportPart.

    Saved: the publications that went out first, each times the median wait of the approvals in the
    same span. It is waiting that nobody had to do, not working time of reviewers.
    """
    counts: Counter[str] = Counter()
    waits: Counter[int] = Counter()
    for each in documents:
        counts.update(each["counts"])
        found = each["seconds"].get("approval_wait", {})
        waits.update({int(second): number for second, number in found.items()})
    median = quantile(sorted(waits.items()), 0.5)
    unreviewed = _rate(counts, "first")
    reviewed = _rate(counts, "reviewed")
    saved = None if median is None else unreviewed["published"] * median / 60
    return {
        "first_day": first,
        "last_day": last,
        "reviewed": reviewed,
        "unreviewed": unreviewed,
        "median_review_seconds": median,
        "review_minutes_saved": saved,
        "sentence": _sentence(reviewed, unreviewed, saved),
    }


def _rate(counts: Counter[str], kind: str) -> dict[str, Any]:
    published, incidents = counts[f"published_{kind}"], counts[f"incidents_{kind}"]
    return {
        "published": published,
        "incidents": incidents,
        "incident_rate": incidents / published if published else None,
    }


def _sentence(reviewed: dict[str, Any], unreviewed: dict[str, Any], saved: float | None) -> str:
    if not unreviewed["published"]:
        return "Nothing went out before its review."
    said = f"{unreviewed['published']} went out first, {_wrong(unreviewed)}"
    beside = f"of {reviewed['published']} that were reviewed before, {_wrong(reviewed)}"
    time = "" if saved is None else f" About {round(saved)} minutes of waiting were saved."
    return f"{said}; {beside}.{time}"


def _wrong(rate: dict[str, Any]) -> str:
    if rate["incident_rate"] is None:
        return "none went wrong"
    return f"{rate['incidents']} went wrong ({rate['incident_rate']:.1%})"
