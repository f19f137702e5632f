"""Which stored fields a selection needs: the projection of every read."""

from __future__ import annotations

from collections.abc import Iterable

from services.graphql_gateway.execution.bindings import (
    Computed,
    Embedded,
    FieldBinding,
    Many,
    ObjectBinding,
    Ref,
    Refs,
    Stored,
)
from services.graphql_gateway.execution.selection import Pick


def fields_needed(kind: ObjectBinding, picks: Iterable[Pick]) -> frozenset[str]:
    """Top-level stored fields of a type that its picks read; ``_id`` always."""
    found = {"_id"}
    for pick in picks:
        found |= {path.split(".", 1)[0] for path in _paths(pick.binding)}
        if pick.binding.permission is not None:
            found |= kind.scope.paths
    return frozenset(found)


def _paths(binding: FieldBinding) -> set[str]:
    match binding:
        case Stored(path=path) | Embedded(path=path):
            return {path}
        case Ref(key=key) | Refs(key=key) | Many(key=key):
            return {key}
        case Computed(needs=needs):
            return set(needs)
    return set()
