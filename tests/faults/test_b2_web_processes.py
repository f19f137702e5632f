"""B2 for web processes at its full figure."""

from __future__ import annotations

import pytest

from tests.faults.b2_web_run import run
from tests.faults.doses import LIMIT, SECONDS, left_of
from tests.faults.gateways import two_gateways
from tests.faults.record import record
from tests.support.programs import Program

ROUNDS = 20
MUST = "rolling restart of two gateways under load: 0 failed requests, every exit 0"


@pytest.mark.timeout(LIMIT)
def test_a_rolling_restart_of_gateways_fails_no_request(program: Program) -> None:
    rounds, seed = left_of("B2 web", ROUNDS)
    with two_gateways(program.platform) as gateways:
        tenant = program.tenant("relay")
        found = run(program.platform, tenant, gateways, rounds=rounds, seconds=SECONDS, seed=seed)
    record(
        "B2 web", len(found.codes), f"restarts ({found.told()})", MUST, found.is_clean, seed=seed
    )
    assert found.failed == [], f"seed {seed}"
    assert set(found.codes) == {0}, f"seed {seed}"
