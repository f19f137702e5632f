"""C1 at its full figure: through two gateways with two workers each."""

from __future__ import annotations

import pytest

from tests.faults.c1_run import run
from tests.faults.doses import LIMIT, SECONDS, left_of
from tests.faults.gateways import two_gateways
from tests.faults.record import record
from tests.support.programs import Program

READS = 20_000
MUST = "0 stale on fields not marked may_lag, those <= 2 s"


@pytest.mark.timeout(LIMIT)
def test_whoever_wrote_reads_it_back(program: Program) -> None:
    reads, seed = left_of("C1", READS)
    with two_gateways(program.platform) as gateways:
        found = run(program.tenant("mirror"), gateways, reads=reads, seconds=SECONDS, seed=seed)
    record("C1", found.reads, f"reads ({found.told()})", MUST, found.is_clean, seed=seed)
    assert found.stale == [], f"seed {seed}"
    assert found.late == [], f"seed {seed}"
