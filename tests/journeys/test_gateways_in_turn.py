"""C1 and B2 of the gateways in short doses; the full figures are in tests/faults (``make faults``)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import b2_web_run, c1_run
from tests.faults.gateways import Gateway, two_gateways
from tests.support.programs import Program, Tenant

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def gateways(program: Program) -> Iterator[tuple[Gateway, Gateway]]:
    with two_gateways(program.platform) as found:
        yield found


@pytest.fixture(scope="module")
def tenant(program: Program) -> Tenant:
    return program.tenant("mirror")


def test_whoever_wrote_reads_it_back(tenant: Tenant, gateways: tuple[Gateway, Gateway]) -> None:
    found = c1_run.run(tenant, gateways, reads=400, seconds=30, seed=1)
    assert found.stale == []
    assert found.late == []
    assert found.reads > 20
    assert found.lag_reads > 4


def test_gateways_are_replaced_in_turn_and_no_request_fails(
    program: Program, tenant: Tenant, gateways: tuple[Gateway, Gateway]
) -> None:
    found = b2_web_run.run(program.platform, tenant, gateways, rounds=2, seconds=120, seed=1)
    assert found.failed == []
    assert found.codes == [0, 0]
    assert found.is_clean
