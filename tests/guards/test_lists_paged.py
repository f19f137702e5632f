"""Every list of objects is paged and costed, or bounded by the document that holds it."""

from collections.abc import Iterator

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, build_schema

from services.graphql_gateway.execution.bindings import Embedded, Many, NodeById, Refs
from services.graphql_gateway.execution.build import build
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.schema import registry

_BOUNDED = (Embedded, Refs, NodeById)
"""Lists inside one stored document, short stored lists of keys, and ids that the client listed."""


def _is_list_of_objects(declared: object) -> bool:
    if isinstance(declared, GraphQLNonNull):
        return _is_list_of_objects(declared.of_type)
    if not isinstance(declared, GraphQLList):
        return False
    inner = declared.of_type
    return isinstance(getattr(inner, "of_type", inner), GraphQLObjectType)


def _unpaged(schema: GraphQLSchema, types: Registry) -> Iterator[str]:
    for name, kind in schema.type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType):
            continue
        for field, declared in kind.fields.items():
            binding = types.types[name].fields.get(field) if name in types.types else None
            if _is_list_of_objects(declared.type) and not isinstance(binding, _BOUNDED):
                yield f"{name}.{field} is a bare list: make it a connection (Many)."


def test_no_list_of_objects_is_without_pages() -> None:
    types = registry()
    offences = list(_unpaged(build(types), types))
    assert not offences, "\n".join(offences)


def test_every_connection_takes_pages_and_costs() -> None:
    types = registry()
    schema = build(types)
    for kind in types.types.values():
        for name, binding in kind.fields.items():
            if isinstance(binding, Many):
                declared = schema.type_map[kind.name]
                assert isinstance(declared, GraphQLObjectType)
                wanted = {"first", "after", "last", "before"}
                assert wanted <= set(declared.fields[name].args), f"{kind.name}.{name}"
                assert binding.cost > 0, f"{kind.name}.{name} costs nothing"


def test_a_planted_bare_list_is_found() -> None:
    planted = build_schema("type Query { rows: [Row!]! } type Row { id: ID! }")
    (offence,) = _unpaged(planted, registry())
    assert offence.startswith("Query.rows is a bare list")
