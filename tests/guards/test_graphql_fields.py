"""Every field declares binding, permission, cost and description, inside its read contract."""

from collections.abc import Iterator

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)

from contracts import catalog as _catalog  # noqa: F401 - fills the registry of views
from contracts.permissions import Permission
from contracts.views import VIEWS, View
from contracts.views.flow import DeadLetterView
from services.graphql_gateway.domain.views import OWN_VIEWS, ViewerPart
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
from services.graphql_gateway.execution.build import build
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.execution.shapes import UnknownField, shape_at
from services.graphql_gateway.schema import registry


def _paths(binding: FieldBinding) -> list[str]:
    match binding:
        case Stored(path=path) | Embedded(path=path):
            return [path]
        case Ref(key=key) | Refs(key=key):
            return [key]
        case Many(key=key, by=by) if by is not None:
            return [key]
        case Computed(needs=needs):
            return list(needs)
    return []


def _outside(view: type[msgspec.Struct], paths: list[str]) -> Iterator[str]:
    for path in paths:
        try:
            shape_at(view, path)
        except UnknownField as error:
            yield f"{error}: bindings may only name fields of the read contract."


def _offences(kind: ObjectBinding, types: Registry) -> Iterator[str]:
    for name, binding in kind.fields.items():
        for offence in _outside(kind.view, _paths(binding)):
            yield f"{kind.name}.{name}: {offence}"
        if isinstance(binding, Many) and binding.by is not None:
            target = types[binding.type]
            yield from _outside(target.view, [binding.by, binding.order])
    listed = [rule.path for rule in kind.filters.values()] + [*kind.sorts.values(), *kind.hidden]
    yield from _outside(kind.view, [*listed, *sorted(kind.scope.paths)])
    is_document = issubclass(kind.view, View)
    if is_document and kind.permission is None:
        yield f"{kind.name} is a stored document: it has to declare a permission."
    if is_document and kind.view not in {*VIEWS.values(), *OWN_VIEWS, DeadLetterView}:
        yield f"{kind.name} reads {kind.view.__name__}, which is no registered read contract."


def _parts(kind: object) -> dict[str, object]:
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        return dict(kind.fields)
    return dict(kind.values) if isinstance(kind, GraphQLEnumType) else {}


def _undescribed(schema: GraphQLSchema) -> Iterator[str]:
    for name, kind in schema.type_map.items():
        if not name.startswith("__"):
            yield from _undescribed_parts(name, kind)


def _undescribed_parts(name: str, kind: GraphQLNamedType) -> Iterator[str]:
    if not kind.description:
        yield f"{name} has no description."
    for field, part in _parts(kind).items():
        if not getattr(part, "description", None):
            yield f"{name}.{field} has no description."
        for argument, declared in getattr(part, "args", {}).items():
            if not declared.description:
                yield f"{name}.{field}({argument}:) has no description."


def test_every_binding_stays_inside_its_read_contract_and_has_a_permission() -> None:
    types = registry()
    offences = [offence for kind in types.types.values() for offence in _offences(kind, types)]
    assert not offences, "\n".join(offences)


def test_everything_in_the_schema_is_described() -> None:
    offences = list(_undescribed(build(registry())))
    assert not offences, "\n".join(offences)


def test_every_field_has_a_cost_that_is_not_negative() -> None:
    for kind in registry().types.values():
        for name, binding in kind.fields.items():
            assert binding.cost >= 0, f"{kind.name}.{name}"


def test_a_planted_field_outside_its_contract_is_found() -> None:
    planted = ObjectBinding(
        "Planted",
        ViewerPart,
        "",
        {"hash": Stored("password_hash", "")},
        permission=Permission.KEY_MANAGE,
    )
    (offence,) = _offences(planted, registry())
    assert "ViewerPart has no field 'password_hash'" in offence


def test_a_planted_document_without_a_permission_is_found() -> None:
    (offence,) = _offences(ObjectBinding("Planted", OWN_VIEWS[0], "", {}), registry())
    assert "has to declare a permission" in offence
