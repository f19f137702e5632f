"""Builds the GraphQL schema of a registry with graphene."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLSchema, print_schema

from services.graphql_gateway.execution.engine import mutate
from services.graphql_gateway.execution.inputs import Inputs
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.execution.types import TypeBuilder, resolve


def build(registry: Registry) -> GraphQLSchema:
    """The executable schema. Raises UnknownField for a binding outside its read contract."""
    builder = TypeBuilder(registry, Inputs())
    schema = graphene.Schema(
        query=builder.object("Query"),
        mutation=builder.root("Mutation", mutate),
        subscription=builder.root("Subscription", resolve),
        types=[builder.object(name) for name in registry.nodes],
        auto_camelcase=False,
    )
    made: Any = schema.graphql_schema
    assert isinstance(made, GraphQLSchema)
    return made


def printed(schema: GraphQLSchema) -> str:
    """The committed text of a schema."""
    return print_schema(schema) + "\n"
