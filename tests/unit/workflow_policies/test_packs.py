"""Every policy pack can be published, and lets the demonstration's own announcement pass."""

from __future__ import annotations

import pytest

from contracts.workflow.content import ContentState
from stack.demo.organizations import ORGANIZATIONS
from stack.demo.packs import PACKS, pack
from tests.unit.workflow_policies.desk import Desk


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_is_published_like_any_policy(desk: Desk, name: str) -> None:
    versions = [desk.give(order).version for order in pack(name)]

    assert versions == [1, 1]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_lets_the_announcement_pass(desk: Desk, name: str) -> None:
    (organization,) = [one for one in ORGANIZATIONS if one.pack == name]
    for order in pack(name):
        desk.give(order)

    submitted = desk.submit(desk.a_draft(organization.announcement))

    assert submitted.findings == ()
    assert submitted.state is ContentState.IN_REVIEW


def test_every_demonstration_organization_has_a_pack() -> None:
    assert {one.pack for one in ORGANIZATIONS} == set(PACKS)
