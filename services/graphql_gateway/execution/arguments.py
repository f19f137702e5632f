"""Arguments of fields: paging, filters and sorts, the same everywhere."""

from __future__ import annotations

from functools import cache
from typing import Any

import graphene

from services.graphql_gateway.execution.bindings import (
    Argument,
    ById,
    FieldBinding,
    Folded,
    Many,
    Match,
    NodeById,
    ObjectBinding,
)
from services.graphql_gateway.execution.cost import DEFAULT_PAGE, LARGEST_PAGE
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.execution.scalars import graphene_type

_ID = "Global id."


class SortDirection(graphene.Enum):
    """Which end of a list comes first."""

    class Meta:
        description = "Which end of a list comes first."

    ASC = "ASC"
    DESC = "DESC"

    @property
    def description(self) -> str:
        """Said of each value; the enumeration itself has its own."""
        return "Smallest, earliest or null first." if self.name == "ASC" else "The other way round."


def of_field(registry: Registry, binding: FieldBinding) -> dict[str, Any]:
    """The arguments of a field by its binding."""
    match binding:
        case Many():
            return _paging() | (_listing(registry[binding.type]) if binding.by is None else {})
        case NodeById(is_list=True):
            ids = graphene.NonNull(graphene.List(graphene.NonNull(graphene.ID)))
            return {"ids": graphene.Argument(ids, description="At most 100 global ids.")}
        case NodeById() | ById():
            return {"id": graphene.Argument(graphene.NonNull(graphene.ID), description=_ID)}
        case Folded(arguments=wanted):
            return {name: argument(each) for name, each in wanted.items()}
    return {}


def _paging() -> dict[str, Any]:
    size = f"How many, 1 to {LARGEST_PAGE}; {DEFAULT_PAGE} without first and last."
    return {
        "first": graphene.Argument(graphene.Int, description=f"{size} From the start."),
        "after": graphene.Argument(graphene.String, description="Go on after this cursor."),
        "last": graphene.Argument(graphene.Int, description=f"{size} From the end."),
        "before": graphene.Argument(graphene.String, description="Go back from this cursor."),
    }


def _listing(kind: ObjectBinding) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if kind.filters:
        made = filter_input(_Key(kind))
        found["filter"] = graphene.Argument(made, description="All conditions have to hold.")
    if kind.sorts:
        found["sort"] = graphene.Argument(sort_input(_Key(kind)), description="The order.")
    return found


def argument(wanted: Argument) -> Any:
    """One argument of a field."""
    return graphene.Argument(
        _input_type(wanted), description=wanted.description, default_value=wanted.default
    )


def _input_type(wanted: Argument) -> Any:
    made = graphene_type(wanted.of)
    made = graphene.List(graphene.NonNull(made)) if wanted.is_list else made
    return graphene.NonNull(made) if wanted.is_required else made


class _Key:
    """An object binding as a cache key: by name."""

    def __init__(self, kind: ObjectBinding) -> None:
        self.kind = kind

    def __hash__(self) -> int:
        return hash(self.kind.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.kind is self.kind


@cache
def filter_input(key: _Key) -> Any:
    """The filter input of a listed type."""
    kind = key.kind
    attributes: dict[str, Any] = {"__doc__": f"Which {kind.name} objects to list."}
    for name, rule in kind.filters.items():
        made = graphene_type(rule.argument.of)
        if rule.match is Match.ANY_OF:
            made = graphene.List(graphene.NonNull(made))
        attributes[name] = graphene.InputField(made, description=rule.argument.description)
    return type(f"{kind.name}Filter", (graphene.InputObjectType,), attributes)


@cache
def sort_input(key: _Key) -> Any:
    """The sort input of a listed type."""
    kind = key.kind
    field = graphene.Enum(
        f"{kind.name}SortField",
        [(name, name) for name in kind.sorts],
        description=lambda value: (
            f"What {kind.name} objects can be sorted by."
            if value is None
            else f"By `{kind.sorts[value.value]}`."
        ),
    )
    attributes = {
        "__doc__": f"How to sort {kind.name} objects.",
        "field": graphene.InputField(field, required=True, description="What to sort by."),
        "direction": graphene.InputField(
            SortDirection, required=True, description="Which end comes first."
        ),
    }
    return type(f"{kind.name}Sort", (graphene.InputObjectType,), attributes)
