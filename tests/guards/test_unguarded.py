"""Queries past the tenant guard stay in the few places that check the organization themselves."""

import ast
from collections.abc import Iterator

import pytest

from tests.guards.sources import PRODUCT, Source, sources

_MAY = {
    "chassis/tenancy/crossing.py",  # the short list of crossings
    "chassis/tenancy/guard.py",  # where it is defined
    "chassis/prepare.py",  # makes collections and indexes
    "chassis/mongo/batch.py",  # writes what it stamped with an organization itself
}


def _offences(source: Source) -> Iterator[str]:
    if source.path in _MAY:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "unguarded":
            yield (
                f"{source.path}:{node.lineno} goes past the tenant guard: use the guarded "
                "collection, or add a crossing with its reason to chassis/tenancy/crossing.py."
            )


def test_only_crossings_go_past_the_tenant_guard() -> None:
    offences = [offence for source in sources(*PRODUCT) for offence in _offences(source)]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize("text", ["database.unguarded['x'].find()", "rows = self.db.unguarded"])
def test_a_planted_bypass_is_found(text: str) -> None:
    (offence,) = _offences(Source("services/workflow/adapters/sly.py", text))
    assert "crossing" in offence
