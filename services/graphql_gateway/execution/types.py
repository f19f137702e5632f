"""Makes the graphene types of the bindings. Nothing else declares types or resolvers."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from services.graphql_gateway.execution import arguments
from services.graphql_gateway.execution.bindings import (
    Act,
    Asked,
    ById,
    Computed,
    Embedded,
    FieldBinding,
    Folded,
    FromViewer,
    GlobalId,
    Many,
    NodeById,
    ObjectBinding,
    Ref,
    Refs,
    Stored,
    Stream,
)
from services.graphql_gateway.execution.events import event_name
from services.graphql_gateway.execution.inputs import Inputs
from services.graphql_gateway.execution.mutations import payload_name
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.execution.scalars import graphene_type
from services.graphql_gateway.execution.shapes import kind_of, shape_at

Resolver = Callable[..., Any]


def resolve(_name: str, _default: Any, root: Any, info: GraphQLResolveInfo, **_args: Any) -> Any:
    """The one resolver: the loader has put every value under its answer key already."""
    return root[info.path.key]


class Node(graphene.Interface):
    """An object with a global id (Relay Global Object Identification)."""

    id = graphene.ID(required=True, description="Global id: opaque, stable, unique.")


class TypeBuilder:
    """Graphene types by name, made once."""

    def __init__(self, registry: Registry, inputs: Inputs) -> None:
        self._registry, self._inputs = registry, inputs
        self._made: dict[str, Any] = {}

    def object(self, name: str) -> Any:
        """The graphene type of an object binding."""
        if name not in self._made:
            self._made[name] = self._object(self._registry[name])
        return self._made[name]

    def root(self, name: str, resolver: Resolver) -> Any:
        """A root type whose fields do more than pick: they run or listen."""
        self._made[name] = self._object(self._registry[name], resolver)
        return self._made[name]

    def _object(self, kind: ObjectBinding, resolver: Resolver = resolve) -> Any:
        meta = {
            "name": kind.name,
            "description": _sentence(kind.description, kind.permission),
            "default_resolver": resolver,
            "interfaces": (Node,) if kind.is_node else (),
        }
        attributes: dict[str, Any] = {"Meta": type("Meta", (), meta)}
        for field_name, binding in kind.fields.items():
            attributes[field_name] = self._field(kind, field_name, binding)
        return type(kind.name, (graphene.ObjectType,), attributes)

    def _field(self, kind: ObjectBinding, name: str, binding: FieldBinding) -> Any:
        return graphene.Field(
            lambda: self._output(kind, name, binding),
            args=self._arguments(name, binding),
            description=_sentence(binding.description, self._needed(binding)),
            deprecation_reason=binding.deprecated,
        )

    def _needed(self, binding: FieldBinding) -> StrEnum | None:
        match binding:
            case Act(command=command) | Asked(command=command):
                return command.PERMISSION
            case Many(type=name, by=None) | ById(type=name) | Stream(type=name):
                return binding.permission or self._registry[name].permission
            case Folded(source=source):
                return self._registry[source].permission
        return binding.permission

    def _arguments(self, name: str, binding: FieldBinding) -> dict[str, Any]:
        if not isinstance(binding, Act | Asked):
            return arguments.of_field(self._registry, binding)
        title = f"{name[0].upper()}{name[1:]}Input"
        if isinstance(binding, Act) and binding.many:
            made = self._inputs.many(title, binding.command, binding.many)
        else:
            made = self._inputs.of(title, binding.command)
        return {"input": graphene.Argument(made, required=True, description="What to do.")}

    def _output(self, kind: ObjectBinding, name: str, binding: FieldBinding) -> Any:
        match binding:
            case Act():
                return self.object(payload_name(name))
            case Stream():
                return self.object(event_name(name))
            case GlobalId():
                return graphene.NonNull(graphene.ID)
            case Stored() | Embedded():
                return self._from_view(kind, binding)
            case Computed():
                made = graphene_type(binding.of)
                made = graphene.List(graphene.NonNull(made)) if binding.is_list else made
                return graphene.NonNull(made) if binding.is_required else made
        return self._of_objects(binding)

    def _from_view(self, kind: ObjectBinding, binding: Stored | Embedded) -> Any:
        shape = shape_at(kind.view, binding.path)
        if isinstance(binding, Embedded):
            made = self.object(binding.type)
        else:
            made = graphene_type(binding.of or kind_of(shape))
        made = graphene.List(graphene.NonNull(made)) if shape.is_list else made
        is_open = binding.permission is not None  # a field that may be refused has to be nullable
        return graphene.NonNull(made) if shape.is_required and not is_open else made

    def _of_objects(self, binding: FieldBinding) -> Any:
        match binding:
            case Refs(type=name):
                return graphene.List(graphene.NonNull(self.object(name)))
            case Many(type=name):
                return self.object(f"{name}Connection")
            case NodeById(is_list=is_list):
                return graphene.NonNull(graphene.List(Node)) if is_list else Node
            case Ref(type=name) | FromViewer(type=name) | ById(type=name):
                return self.object(name)
            case Folded(type=name) | Asked(type=name):
                return self.object(name)
        message = f"no type is known for {binding!r}"
        raise TypeError(message)


def _sentence(description: str, permission: StrEnum | None) -> str:
    return f"{description} Needs `{permission.value}`." if permission else description
