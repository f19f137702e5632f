"""What an operation asks for, as a tree of picks: fields merged, fragments and directives applied.

It uses graphql-core's own field collection, so the tree holds exactly what the executor will ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values

from services.graphql_gateway.execution.bindings import FieldBinding, NodeById
from services.graphql_gateway.execution.globalids import parsed
from services.graphql_gateway.execution.registry import Registry


@dataclass(slots=True)
class Pick:
    """One answer key: its field's binding, its arguments, and what is asked of each type below."""

    key: str
    name: str
    binding: FieldBinding
    args: dict[str, Any] = field(default_factory=dict)
    below: dict[str, list[Pick]] = field(default_factory=dict)


class Selector:
    """Makes picks of one operation with its variables coerced."""

    def __init__(
        self,
        schema: GraphQLSchema,
        registry: Registry,
        *,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema, self._registry = schema, registry
        self._fragments, self._variables = dict(fragments), dict(variables)

    def root(self, operation: OperationDefinitionNode) -> list[Pick]:
        """The picks of an operation's root type."""
        root = cast("GraphQLObjectType", self._schema.get_root_type(operation.operation))
        selected = collect_fields(
            self._schema, self._fragments, self._variables, root, operation.selection_set
        )
        return list(self._picks(root, selected))

    def below(self, type_name: str, nodes: list[FieldNode]) -> list[Pick]:
        """What these field nodes ask of a type."""
        owner = cast("GraphQLObjectType", self._schema.get_type(type_name))
        selected = collect_sub_fields(self._schema, self._fragments, self._variables, owner, nodes)
        return list(self._picks(owner, selected))

    def _picks(
        self, owner: GraphQLObjectType, selected: Mapping[str, list[FieldNode]]
    ) -> Iterator[Pick]:
        declared = self._registry.types.get(owner.name)
        for key, nodes in selected.items():
            name = nodes[0].name.value
            if declared is None or name not in declared.fields:
                continue  # __typename and introspection are graphql-core's own
            pick = self._pick(owner, key, nodes)
            if pick is not None:
                yield pick

    def _pick(self, owner: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Pick | None:
        name = nodes[0].name.value
        binding = self._registry.field(owner.name, name)
        definition = owner.fields[name]
        try:
            args = get_argument_values(definition, nodes[0], self._variables)
        except GraphQLError:
            return None  # the executor meets the same error and reports it at its path
        named = get_named_type(definition.type)
        targets = _targets(binding, args) if isinstance(binding, NodeById) else [named.name]
        below = {each: self.below(each, nodes) for each in targets if self._is_object(each)}
        return Pick(key, name, binding, args, below)

    def _is_object(self, name: str) -> bool:
        return name in self._registry.types


def _targets(binding: NodeById, args: Mapping[str, Any]) -> Sequence[str]:
    texts = args["ids"] if binding.is_list else [args["id"]]
    found = [parsed(text) for text in texts]
    return sorted({pair[0] for pair in found if pair is not None})
