"""Reporting says of an archive exactly what a plain script says of the file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from contracts.quantiles import quantile
from services.reporting.domain.shares import Part
from tests.support.reporting import PlainFolds, archive_facts, interleaved, reported
from tests.support.twcs_figures import days, figures, read

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = Path(__file__).parent / "samples" / "support.csv"
DATA = Path(os.environ.get("ROSTRUM_DATA") or ROOT.parent / "shared" / "data")
REAL = DATA / "twcs-small" / "twcs.csv"
needs_data = pytest.mark.skipif(not REAL.exists(), reason="the data folder is not at hand")


def folded(path: Path, seed: int) -> PlainFolds:
    """All facts of the file, mixed, in batches."""
    folds = PlainFolds()
    stream = interleaved(archive_facts(read(path), seed), seed)
    for start in range(0, len(stream), 37):
        folds.take(stream[start : start + 37])
    return folds


def by_day(found: dict[Part, dict[str, int]]) -> dict[str, Any]:
    names = sorted({part.day for part in found})
    return {day: reported(a for part, a in found.items() if part.day == day) for day in names}


@pytest.mark.parametrize("seed", range(5))
def test_a_report_of_the_sample_is_what_the_script_says(seed: int) -> None:
    folds = folded(SAMPLE, seed)
    assert reported(folds.days.values()) == figures(read(SAMPLE))
    assert by_day(folds.days) == days(read(SAMPLE))


def test_the_sample_holds_every_odd_case() -> None:
    tweets = read(SAMPLE)
    rows = len(SAMPLE.read_text().splitlines()) - 2
    assert rows == len(tweets) + 2, "one row is cut off, one is there twice, one spans two lines"
    assert any(one.parent not in tweets for one in tweets.values() if one.parent)
    assert any(one.parent == one.ident for one in tweets.values())
    answered = [(one, tweets[one.parent]) for one in tweets.values() if one.parent in tweets]
    assert any(answer.at < asked.at for answer, asked in answered)
    assert any(not answer.inbound and not asked.inbound for answer, asked in answered)
    assert figures(tweets)["reply_time"]["over_24h"] > 0


@needs_data
def test_a_report_of_the_first_5000_rows_of_twcs_is_what_the_script_says() -> None:
    folds = folded(REAL, 1)
    assert reported(folds.days.values()) == figures(read(REAL))
    assert by_day(folds.days) == days(read(REAL))


@needs_data
def test_the_script_finds_the_published_figures() -> None:
    found = figures(read(REAL))
    shown = {name: _shown(value) for name, value in found.items() if isinstance(value, dict)}
    assert shown == {
        "reply_time": (2198, 12.1, 387, 67),
        "first_response_per_message": (2083, 11.5, 380, 60),
        "first_response_per_conversation": (1311, 13.6, 548, 76),
    }
    assert (found["unanswered"], found["mentions_inbound"]) == (695, 2778)


def _shown(value: dict[str, Any]) -> tuple[int, float, int, int]:
    """In minutes, rounded half up as in the published table."""
    median = int(value["median"] / 6 + 0.5) / 10
    return value["count"], median, round(value["p90"] / 60), value["over_24h"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99, 1.0])
def test_quantiles_of_merged_seconds_are_those_of_all_values(share: float) -> None:
    histogram = {7: 1, 21: 3, 600: 2, 90_000: 1, 5: 0}
    values = [7, 21, 21, 21, 600, 600, 90_000]
    place = share * (len(values) - 1)
    low, high = values[int(place)], values[min(int(place) + 1, len(values) - 1)]
    assert quantile(histogram, share) == low + (high - low) * (place - int(place))


def test_there_is_no_quantile_of_nothing() -> None:
    with pytest.raises(ValueError, match="of nothing"):
        quantile({3: 0}, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile({3: 1}, 1.5)
