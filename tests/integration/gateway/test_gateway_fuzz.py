"""Random operations over the real schema: every one is answered, none meets a bug."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from chassis.ids import public_id
from services.graphql_gateway.domain.viewer import Viewer
from tests.integration.gateway.conftest import World, viewer_for
from tests.support import gateway_data as a

SEED = 20260301
OPERATIONS = 120
IDS = ["conv-0", "ann", "chan-1", "unit-1", "m-0", "c-0", "org-a", "nothing", ""]
TYPES = ["Conversation", "Person", "Channel", "Unit", "Mention", "ContentItem", "Query", "x"]
WORDS = ["", "Hello", ".*", "\\", '"', "ünï", "a" * 101, "\u0000"]


class Generator:
    """Valid operations, with values that are often at an edge."""

    def __init__(self, schema: GraphQLSchema, source: random.Random) -> None:
        self._schema, self._random = schema, source

    def operation(self) -> str:
        """One query."""
        root = self._schema.query_type
        assert root is not None
        return f"query {self._selection(root, 4)}"

    def _selection(self, kind: Any, depth: int) -> str:
        if isinstance(kind, GraphQLInterfaceType):
            inner = self._random.choice(["Person", "Conversation", "Mention", "Channel"])
            shown = self._selection(self._schema.type_map[inner], depth)
            return f"{{ id ... on {inner} {shown} }}"
        assert isinstance(kind, GraphQLObjectType)
        names = self._random.sample(sorted(kind.fields), k=min(len(kind.fields), 3))
        return "{ __typename " + " ".join(self._fields(kind, names, depth)) + " }"

    def _fields(self, kind: GraphQLObjectType, names: list[str], depth: int) -> Iterator[str]:
        for number, name in enumerate(names):
            field = kind.fields[name]
            inner = get_named_type(field.type)
            below = ""
            if isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
                if depth == 0:
                    continue
                below = self._selection(inner, depth - 1)
            alias = f"x{number}: " if self._random.random() < 0.2 else ""
            skip = self._random.choice(["", "", "", "", "", "", "", "", "", " @skip(if: true)"])
            yield f"{alias}{name}{self._arguments(field.args)}{skip} {below}"

    def _arguments(self, declared: dict[str, GraphQLArgument]) -> str:
        given = []
        for name, argument in declared.items():
            if isinstance(argument.type, GraphQLNonNull) or self._random.random() < 0.08:
                given.append(f"{name}: {self._value(argument.type)}")
        return f"({', '.join(given)})" if given else ""

    def _value(self, kind: Any) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._some(kind.of_type)
        return "null" if self._random.random() < 0.1 else self._some(kind)

    def _some(self, kind: Any) -> str:
        if isinstance(kind, GraphQLList):
            return f"[{', '.join(self._value(kind.of_type) for _ in range(2))}]"
        if isinstance(kind, GraphQLInputObjectType):
            chosen = [
                f"{name}: {self._value(field.type)}"
                for name, field in kind.fields.items()
                if isinstance(field.type, GraphQLNonNull) or self._random.random() < 0.4
            ]
            return f"{{{', '.join(chosen)}}}"
        if isinstance(kind, GraphQLEnumType):
            return self._random.choice(sorted(kind.values))
        return self._scalar(kind.name)

    def _scalar(self, name: str) -> str:
        match name:
            case "Int":
                return self._random.choice(["1", "2", "3", "5", "-1", "101", "2147483647"])
            case "Boolean":
                return self._random.choice(["true", "false"])
            case "Date":
                return self._random.choice(['"2026-03-01"', '"2026-03-31"', '"0001-01-01"'])
            case "ID":
                known = public_id(self._random.choice(TYPES), self._random.choice(IDS))
                return f'"{self._random.choice([known, "nonsense", ""])}"'
        return _quoted(self._random.choice(WORDS))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\u0000", "\\u0000")
    return f'"{escaped}"'


def fill(world: World) -> None:
    world.put("organizations", [a.an_organization()])
    world.put("units", [a.a_unit("unit-1"), a.a_unit("unit-2", parent_id="unit-1")])
    world.put("people", [a.a_person("ann", unit_id="unit-1"), a.a_person("bob")])
    world.put("grants", [a.a_grant("ann", "admin")])
    world.put("channels", [a.a_channel("chan-1")])
    rows = [a.a_conversation(f"conv-{n}", assignee_id="ann", updated_at=a.at(n)) for n in range(5)]
    world.put("conversations", rows)
    world.put("mentions", [a.a_mention(f"m-{n}", f"conv-{n % 5}") for n in range(12)])
    world.put(
        "content_items", [a.a_content_item(f"c-{n}", conversation_id="conv-0") for n in range(3)]
    )
    world.put(
        "day_documents",
        [a.a_day("2026-03-01", seconds={"reply_time": {"5": 1}})],
        owner="reporting",
    )


EXPECTED = {
    "InvalidArgument",
    "InvalidCursor",
    "Forbidden",
    "QueryTooLarge",
    "QueryTooDeep",
    "CostExceeded",
    "Malformed",
}


def test_random_operations_are_answered_without_a_bug(world: World, admin: Viewer) -> None:
    fill(world)
    generator = Generator(world.engine.schema, random.Random(SEED))
    narrow = viewer_for(a.a_grant("ann", "responder", scope="unit", scope_id="unit-2"))
    answered = 0
    for number in range(OPERATIONS):
        text = generator.operation()
        answer = world.ask(text, admin if number % 2 else narrow)
        codes = {each["extensions"]["code"] for each in answer.get("errors", [])}
        assert codes <= EXPECTED, f"seed {SEED}, operation {number}: {codes}\n{text}\n{answer}"
        answered += "errors" not in answer
    assert world.reported == []
    assert answered > OPERATIONS / 5, "most operations were refused before they ran"
