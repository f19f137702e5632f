"""R5 and R6 at their full figures: the broker loses everything mid-load, or is away for long."""

from pathlib import Path

import pytest

from tests.faults.doses import LIMIT, left_of
from tests.faults.r5_run import run
from tests.faults.record import record

OUTAGES = [10.0, 5.0, 20.0, 10.0, 5.0]
MUST = "0 lost, 0 double effects, lag 0 in under twice the outage"
CUT_SECONDS = 300.0
MUST_WRITE = "0 refused writes in 5 min, all applied afterwards"


@pytest.mark.timeout(LIMIT)
def test_a_broker_that_loses_everything_costs_nothing(
    mongo_uri: str, namespace: str, tmp_path: Path
) -> None:
    _, seed = left_of("R5", len(OUTAGES))
    outcome = run(mongo_uri, namespace, tmp_path, outages=OUTAGES, seed=seed)
    pairs = list(zip(outcome.recoveries, OUTAGES, strict=True))
    is_clean = not outcome.verdict.problems and all(took < 2 * out for took, out in pairs)
    told = "wipes (" + ", ".join(f"{took:.1f} s after {out:g} s" for took, out in pairs) + ")"
    record("R5", len(OUTAGES), told, MUST, is_clean, seed=seed)
    assert outcome.verdict.problems == [], f"seed {seed}"
    assert is_clean, f"seed {seed}: {told}"


@pytest.mark.timeout(LIMIT)
def test_five_minutes_without_a_broker_refuse_no_write(
    mongo_uri: str, namespace: str, tmp_path: Path
) -> None:
    _, seed = left_of("R6", 1)
    outcome = run(mongo_uri, namespace, tmp_path, outages=[CUT_SECONDS], seed=seed)
    is_clean = not outcome.verdict.problems and outcome.refused == 0
    told = f"cuts ({outcome.written_while_down} written, {outcome.refused} refused)"
    record("R6", 1, told, MUST_WRITE, is_clean, seed=seed)
    assert is_clean, f"seed {seed}: {told}"
