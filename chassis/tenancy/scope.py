"""What counts as scoped: equality of ``org_id`` with one organization, stated where it binds.

The functions return the organization or raise UnscopedQuery; they know filters and pipelines as
plain values and no driver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chassis.errors import UnscopedQuery

TENANT: Final = "org_id"
_WRITING_STAGES: Final = frozenset({"$out", "$merge"})


def org_of_filter(query: Any) -> str:
    """The organization a filter is bound to, by equality with a text at its top or under $and."""
    found = {org for org in _equalities(query) if org is not None}
    if len(found) != 1:
        raise UnscopedQuery(f"a filter names {len(found)} organizations, not one: {_shape(query)}")
    return found.pop()


def org_of_document(document: Any) -> str:
    """The organization a document belongs to."""
    org_id = document.get(TENANT) if isinstance(document, Mapping) else None
    if not isinstance(org_id, str) or not org_id:
        raise UnscopedQuery("a document without an organization cannot be stored")
    return org_id


def check_replacement(query: Any, replacement: Any) -> None:
    """A replacement stays in the organization of its filter."""
    if org_of_document(replacement) != org_of_filter(query):
        raise UnscopedQuery("a replacement would move a document to another organization")


def check_update(query: Any, update: Any) -> None:
    """An update is bound to one organization and leaves the document there."""
    org_id = org_of_filter(query)
    stages = update if isinstance(update, Sequence) else [update]
    for stage in stages:
        for operator, change in stage.items():
            _check_change(operator, change, org_id)


def org_of_pipeline(pipeline: Any) -> str:
    """The organization of the first $match; every other collection it reads is bound to the same."""
    if not pipeline or "$match" not in pipeline[0]:
        raise UnscopedQuery("an aggregation starts with a $match on one organization")
    org_id = org_of_filter(pipeline[0]["$match"])
    for stage in pipeline[1:]:
        for operator, spec in stage.items():
            _check_stage(operator, spec, org_id)
    return org_id


def _equalities(query: Any) -> Iterator[str | None]:
    if not isinstance(query, Mapping):
        return
    value = query.get(TENANT)
    if isinstance(value, Mapping):
        value = value.get("$eq")
    yield value if isinstance(value, str) and value else None
    for part in query.get("$and", ()):
        yield from _equalities(part)


def _check_change(operator: str, change: Any, org_id: str) -> None:
    if operator in {"$replaceWith", "$replaceRoot"}:
        raise UnscopedQuery(f"{operator} in an update could move a document elsewhere")
    names = list(change) if isinstance(change, Mapping | list) else [change]
    if operator == "$rename":
        names += change.values()
    if TENANT not in names:
        return
    if operator == "$setOnInsert" and change[TENANT] == org_id:
        return
    raise UnscopedQuery(f"{operator} would change the organization of a document")


def _check_stage(operator: str, spec: Any, org_id: str) -> None:
    if operator in _WRITING_STAGES:
        raise UnscopedQuery(f"{operator} writes without a guard")
    if operator == "$facet":
        for inner in spec.values():
            _check_inner(inner, org_id)
    elif operator in {"$lookup", "$unionWith"}:
        inner = spec.get("pipeline") if isinstance(spec, Mapping) else None
        if org_of_pipeline(inner) != org_id:
            raise UnscopedQuery(f"{operator} reads another organization")
    elif operator == "$graphLookup":
        _check_inner(
            [{"$lookup": {"pipeline": [{"$match": spec.get("restrictSearchWithMatch")}]}}], org_id
        )


def _check_inner(pipeline: Any, org_id: str) -> None:
    for stage in pipeline:
        for operator, spec in stage.items():
            _check_stage(operator, spec, org_id)


def _shape(query: Any) -> str:
    """Names only: values may be personal and end in logs."""
    return str(sorted(query)) if isinstance(query, Mapping) else type(query).__name__
