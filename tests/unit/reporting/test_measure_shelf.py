"""Every measure on the shelf is complete, pure, and does what its samples say."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from services.reporting import measures
from services.reporting.domain.folding import STARTS
from services.reporting.domain.shares import Contribution
from services.reporting.domain.states import State
from services.reporting.measures import Measure, Unit, shares_of_state, shelf

FOLDER = Path(measures.__file__).parent
SAMPLES = sorted(FOLDER.glob("*/samples/*.json"))


class Sample(msgspec.Struct, forbid_unknown_fields=True):
    """A state and the contributions expected of it."""

    state: State
    expected: list[Contribution]


def read(path: Path) -> Sample:
    """One file of a shelf."""
    return msgspec.json.decode(path.read_bytes(), type=Sample)


by_name = pytest.mark.parametrize("measure", shelf(), ids=lambda measure: measure.NAME)


@by_name
def test_a_measure_says_what_it_is(measure: Measure) -> None:
    assert (FOLDER / measure.NAME / "README.md").exists(), "the folder is called like the measure"
    assert re.fullmatch(r"[a-z][a-z0-9_]*", measure.NAME)
    assert measure.MEANING.endswith(".")
    assert "belongs to the day" in measure.MEANING
    assert measure.SOURCE


@by_name
def test_a_measure_has_samples(measure: Measure) -> None:
    assert any(path.parts[-3] == measure.NAME for path in SAMPLES)


@by_name
def test_a_measure_of_nothing_is_nothing(measure: Measure) -> None:
    assert list(measure.contribution(measure.STATE())) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_sample_gives_what_it_says(path: Path) -> None:
    (measure,) = (each for each in shelf() if path.match(f"{each.NAME}/samples/*"))
    sample = read(path)
    found = sorted(map(str, measure.contribution(sample.state)))
    assert found == sorted(map(str, sample.expected))


@by_name
def test_values_are_seconds_only_where_the_unit_says_so(measure: Measure) -> None:
    for path in FOLDER.glob(f"{measure.NAME}/samples/*.json"):
        for one in read(path).expected:
            assert (one.seconds is not None) == (measure.UNIT is Unit.SECONDS)


def test_every_kind_of_state_is_measured() -> None:
    assert {measure.STATE for measure in shelf()} == {type(state) for state in STARTS.values()}


def test_shares_name_each_place_once_and_leave_nothing_out() -> None:
    sample = FOLDER / "reply_time" / "samples" / "every-reply-counts.json"
    state = read(sample).state
    shares = shares_of_state(state)
    assert [share.day for share in shares] == sorted({share.day for share in shares})
    total = sum(number for share in shares for number in share.amounts.values())
    every = [
        one
        for measure in shelf()
        if measure.STATE is type(state)
        for one in measure.contribution(state)
    ]
    assert total == len(every)
