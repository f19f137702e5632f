"""Where a set of grants allows a permission (contracts/grants.py)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.grants import Coverage, covers, is_live, lineage_of, permissions_of, subtree_of
from contracts.permissions import ROLE_PERMISSIONS, Permission, Role, ScopeKind
from tests.unit.workflow_organizations.builders import NOW, a_grant, later

TREE = {"top": None, "press": "top", "desk": "press", "other": None}


def test_a_grant_covers_its_own_scope_only() -> None:
    held = [
        a_grant(role=Role.RESPONDER, scope=ScopeKind.UNIT, scope_id="press"),
        a_grant(role=Role.ANALYST, scope=ScopeKind.CHANNEL, scope_id="channel-1"),
    ]

    assert covers(held, Permission.CONVERSATION_CLAIM, NOW) == Coverage(
        unit_ids=frozenset({"press"})
    )
    assert covers(held, Permission.CHANNEL_READ, NOW) == Coverage(
        unit_ids=frozenset({"press"}), channel_ids=frozenset({"channel-1"})
    )
    assert covers(held, Permission.ROLE_GRANT, NOW).is_empty


def test_a_grant_on_the_organization_covers_everything_in_it() -> None:
    coverage = covers([a_grant()], Permission.CHANNEL_MANAGE, NOW)

    assert coverage.includes()
    assert coverage.includes(("desk", "press"), "channel-9")


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"is_revoked": True}, False),
        ({"starts_at": NOW}, True),
        ({"starts_at": later(0.001)}, False),
        ({"ends_at": NOW}, False),
        ({"ends_at": later(0.001)}, True),
        ({"starts_at": later(-10), "ends_at": later(10)}, True),
    ],
)
def test_a_grant_counts_from_its_start_up_to_its_end(
    changes: dict[str, object], counts: bool
) -> None:
    grant = a_grant(**changes)

    assert is_live(grant, NOW) is counts
    assert covers([grant], Permission.UNIT_MANAGE, NOW).organization is counts


def test_an_unknown_role_or_scope_allows_nothing() -> None:
    assert permissions_of("emperor") == frozenset()
    assert covers([a_grant(role="emperor")], Permission.CHANNEL_READ, NOW).is_empty
    assert covers([a_grant(scope="galaxy")], Permission.CHANNEL_READ, NOW).is_empty


def test_no_role_may_create_organizations() -> None:
    assert not any(Permission.ORGANIZATION_CREATE in listed for listed in ROLE_PERMISSIONS.values())


def test_coverage_of_units_reaches_down_and_never_up() -> None:
    coverage = Coverage(unit_ids=frozenset({"press"}))

    assert coverage.includes(lineage_of("desk", TREE))
    assert coverage.includes(lineage_of("press", TREE))
    assert not coverage.includes(lineage_of("top", TREE))
    assert not coverage.includes(lineage_of("other", TREE))
    assert not coverage.includes()


def test_lineage_ends_at_unknown_units_and_cycles() -> None:
    assert lineage_of("desk", TREE) == ("desk", "press", "top")
    assert lineage_of("nowhere", TREE) == ()
    assert lineage_of(None, TREE) == ()
    assert lineage_of("a", {"a": "b", "b": "a"}) == ("a", "b")


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef") | st.none()))
def test_a_subtree_is_what_the_lineages_say(parents: dict[str, str | None]) -> None:
    for root in parents:
        inside = subtree_of((root,), parents)
        coverage = Coverage(unit_ids=frozenset({root}))
        for unit in parents:
            assert (unit in inside) is coverage.includes(lineage_of(unit, parents))
