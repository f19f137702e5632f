"""What an operation costs, before anything is read."""

from __future__ import annotations

import pytest
from graphql import OperationDefinitionNode, parse

from services.graphql_gateway.execution.build import build
from services.graphql_gateway.execution.cost import cost_of
from services.graphql_gateway.execution.selection import Selector
from services.graphql_gateway.schema import registry

REGISTRY = registry()
SCHEMA = build(REGISTRY)


def cost(text: str) -> int:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    selector = Selector(SCHEMA, REGISTRY, fragments={}, variables={})
    return cost_of(selector.root(operation))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("{ viewer { kind } }", 0),
        ("{ organization { name } }", 1),
        ("{ units { nodes { name } } }", 1),
        ("{ units(first: 10) { nodes { parent { name } } } }", 11),
        ("{ units(last: 10) { edges { node { parent { name } } } } }", 11),
        ("{ units { nodes { parent { name } } } }", 21),
        ("{ units(first: 10) { nodes { children(first: 5) { nodes { parent { id } } } } } }", 61),
        ("{ units(first: -1000000) { nodes { parent { id } } } }", 2),
        ("{ units(first: 1000000) { nodes { parent { id } } } }", 101),
        ("{ channels(first: 1) { nodes { deputies { unit { name } } } } }", 11),
        ('{ report(from: "2026-03-01", to: "2026-03-02") { total { mentions } } }', 20),
        ("{ units @skip(if: true) { nodes { name } } }", 0),
    ],
)
def test_a_list_multiplies_what_is_below_it(text: str, points: int) -> None:
    assert cost(text) == points
