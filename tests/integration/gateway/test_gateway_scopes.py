"""Who sees what: grants on organization, unit, channel; and other organizations' ids (S1, S7)."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.ids import public_id
from contracts.permissions import Permission
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.bindings import ById, Many, Ref, Refs
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.schema import registry
from tests.integration.gateway.conftest import World, viewer_for
from tests.support import gateway_data as a

ALL = "{ conversations(first: 50) { nodes { preview } } }"


def previews(world: World, viewer: Viewer, text: str = ALL) -> list[str]:
    answer = world.ask(text, viewer)
    assert "errors" not in answer, answer["errors"]
    return sorted(node["preview"] for node in answer["data"]["conversations"]["nodes"])


@pytest.fixture
def filled(world: World) -> World:
    world.put("organizations", [a.an_organization()])
    world.put(
        "units", [a.a_unit("unit-1"), a.a_unit("unit-2", parent_id="unit-1"), a.a_unit("unit-3")]
    )
    world.put("channels", [a.a_channel("chan-1"), a.a_channel("chan-3", unit_id="unit-3")])
    world.put(
        "conversations",
        [
            a.a_conversation("one", preview="one", unit_id="unit-1"),
            a.a_conversation("two", preview="two", unit_id="unit-2"),
            a.a_conversation("three", preview="three", unit_id="unit-3", channel_id="chan-3"),
        ],
    )
    world.put("mentions", [a.a_mention(f"m-{n}", n) for n in ("one", "two", "three")])
    world.put("content_items", [a.a_content_item("c-3", unit_id="unit-3", channel_ids=["chan-3"])])
    return world


PARENTS: dict[str, str | None] = {"unit-1": None, "unit-2": "unit-1", "unit-3": None}


def a_viewer(*grants: a.Doc, scopes: frozenset[Permission] | None = None) -> Viewer:
    return viewer_for(*grants, parents=PARENTS, scopes=scopes)


def test_a_grant_on_a_unit_covers_its_subtree_and_nothing_else(filled: World) -> None:
    viewer = a_viewer(a.a_grant("ann", "responder", scope="unit", scope_id="unit-1"))
    assert previews(filled, viewer) == ["one", "two"]
    viewer = a_viewer(a.a_grant("ann", "responder", scope="unit", scope_id="unit-2"))
    assert previews(filled, viewer) == ["two"]


def test_a_grant_on_a_channel_covers_that_channel(filled: World) -> None:
    viewer = a_viewer(a.a_grant("ann", "responder", scope="channel", scope_id="chan-3"))
    assert previews(filled, viewer) == ["three"]
    answer = filled.ask("{ contentItems { nodes { state } } channels { nodes { name } } }", viewer)
    assert len(answer["data"]["contentItems"]["nodes"]) == 1
    assert [c["name"] for c in answer["data"]["channels"]["nodes"]] == ["Channel chan-3"]


def test_without_a_grant_a_list_is_refused_and_a_node_is_not_there(filled: World) -> None:
    viewer = a_viewer()
    answer = filled.ask(ALL, viewer)
    assert answer["data"] == {"conversations": None}
    assert answer["errors"][0]["extensions"]["code"] == "Forbidden"
    ident = public_id("Conversation", "one")
    answer = filled.ask(
        f'{{ node(id: "{ident}") {{ id }} conversation(id: "{ident}") {{ id }} }}', viewer
    )
    assert answer["data"] == {"node": None, "conversation": None}


def test_ended_future_and_revoked_grants_allow_nothing(filled: World) -> None:
    for changes in (
        {"ends_at": a.START},
        {"starts_at": a.at(1)},
        {"is_revoked": True},
        {"role": "unheard of"},
    ):
        answer = filled.ask(ALL, a_viewer({**a.a_grant("ann", "admin"), **changes}))
        assert answer["errors"][0]["extensions"]["code"] == "Forbidden"


def test_the_scopes_of_a_key_narrow_what_its_person_may(filled: World) -> None:
    key = a_viewer(a.a_grant("ann", "admin"), scopes=frozenset({Permission.CONVERSATION_READ}))
    assert len(previews(filled, key)) == 3
    answer = filled.ask("{ people { nodes { name } } viewer { permissions } }", key)
    assert answer["data"]["people"] is None
    assert answer["data"]["viewer"]["permissions"] == ["CONVERSATION_READ"]


def test_parts_are_seen_by_who_sees_the_whole(filled: World) -> None:
    viewer = a_viewer(a.a_grant("ann", "responder", scope="unit", scope_id="unit-1"))
    ids = [public_id("Mention", f"m-{n}") for n in ("one", "two", "three")]
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Mention { text } } }"
    found = filled.ask(text, viewer, {"ids": ids})["data"]["nodes"]
    assert found == [{"text": "Text of m-one"}, {"text": "Text of m-two"}, None]
    text = "{ conversations { nodes { preview mentions { nodes { text } } } } }"
    rows = filled.ask(text, viewer)["data"]["conversations"]["nodes"]
    assert all(len(row["mentions"]["nodes"]) == 1 for row in rows)


CANARY = "canary-of-org-b"


def plant(world: World) -> None:
    """One document of every type in another organization, all of whose words are canaries."""
    org = "org-b"
    world.put("organizations", [a.an_organization(org, name=CANARY)])
    world.put("units", [a.a_unit("unit-b", org, name=CANARY)])
    world.put("people", [a.a_person("bea", org, name=CANARY, email=CANARY)])
    world.put("grants", [a.a_grant("bea", "admin", org)])
    world.put("channels", [a.a_channel("chan-b", org, name=CANARY, unit_id="unit-b")])
    world.put("conversations", [a.a_conversation("conv-b", org, preview=CANARY, unit_id="unit-b")])
    world.put("mentions", [a.a_mention("m-b", "conv-b", org, text=CANARY)])
    world.put("content_items", [a.a_content_item("c-b", org, explanation=CANARY)])
    # What must never happen: one of ours that names one of theirs.
    world.put(
        "conversations",
        [a.a_conversation("crossed", unit_id="unit-b", channel_id="chan-b", assignee_id="bea")],
    )


THEIRS = {
    "Organization": "org-b",
    "Unit": "unit-b",
    "Person": "bea",
    "Grant": "grant-bea-admin-org-b",
    "Channel": "chan-b",
    "Conversation": "conv-b",
    "Mention": "m-b",
    "ContentItem": "c-b",
}


def _named(types: Registry, name: str) -> str:
    return "__typename id" if name in types.nodes else "__typename"


def selections(types: Registry) -> dict[str, str]:
    """Scalar fields of every type, and its references one level deep."""
    found: dict[str, str] = {}
    for name, kind in types.types.items():
        fields = ["__typename"]
        for field, binding in kind.fields.items():
            if type(binding).__name__ in {"Stored", "GlobalId"}:
                fields.append(field)
            elif isinstance(binding, Ref | Refs):
                fields.append(f"{field} {{ {_named(types, binding.type)} }}")
            elif isinstance(binding, Many):
                fields.append(f"{field}(first: 5) {{ nodes {{ {_named(types, binding.type)} }} }}")
        found[name] = " ".join(fields)
    return found


def test_another_organizations_ids_answer_as_ones_that_do_not_exist(
    filled: World, admin: Viewer
) -> None:
    plant(filled)
    types = registry()
    shown = selections(types)
    for name, kind in types.nodes.items():
        answers = []
        for ident in (THEIRS.get(name, "theirs"), "nothing"):
            text = f"""query($id: ID!) {{ node(id: $id) {{ ... on {name} {{ {shown[name]} }} }}
                nodes(ids: [$id]) {{ id }} }}"""
            answers.append(filled.ask(text, admin, {"id": public_id(kind.name, ident)}))
        nothing = {**answers[1], "data": {"node": None, "nodes": [None]}}
        assert answers[0] == answers[1] == nothing, name


def test_no_query_shows_a_canary_of_another_organization(filled: World, admin: Viewer) -> None:
    plant(filled)
    types = registry()
    shown = selections(types)
    for name, binding in types["Query"].fields.items():
        if isinstance(binding, ById):
            ident = public_id(binding.type, THEIRS.get(binding.type, "theirs"))
            answer = filled.ask(f'{{ {name}(id: "{ident}") {{ {shown[binding.type]} }} }}', admin)
            assert answer["data"][name] is None
        elif isinstance(binding, Many):
            answer = filled.ask(
                f"{{ {name}(first: 100) {{ nodes {{ {shown[binding.type]} }} }} }}", admin
            )
            assert "errors" not in answer, answer
        else:
            continue  # answered from who asks, from sums, or by an owner who is asked
        assert CANARY not in repr(answer)
        assert "org-b" not in repr(answer)
    crossed = filled.ask(
        "query($id: ID!) { conversation(id: $id) { unit { name } channel { name } assignee { name } } }",
        admin,
        {"id": public_id("Conversation", "crossed")},
    )
    assert crossed["data"]["conversation"] == {"unit": None, "channel": None, "assignee": None}


def test_filters_with_another_organizations_ids_find_what_unknown_ids_find(
    filled: World, admin: Viewer
) -> None:
    plant(filled)
    types = registry()
    for name, binding in types["Query"].fields.items():
        if not isinstance(binding, Many):
            continue
        kind = types[binding.type]
        for field, rule in kind.filters.items():
            if rule.argument.ref is None:
                continue
            text = f"query($f: {kind.name}Filter) {{ {name}(filter: $f) {{ nodes {{ id }} }} }}"
            found: list[Any] = []
            for ident in (THEIRS.get(rule.argument.ref, "theirs"), "nothing"):
                value = public_id(rule.argument.ref, ident)
                found.append(filled.ask(text, admin, {"f": {field: value}})["data"][name]["nodes"])
            # The planted crossing belongs to us; everything else finds nothing.
            assert [
                n for n in found[0] if n["id"] != public_id("Conversation", "crossed")
            ] == found[1]


def test_a_cursor_of_another_organization_is_refused(filled: World) -> None:
    plant(filled)
    text = "query($after: String) { units(first: 1, after: $after) { pageInfo { endCursor } } }"
    theirs = viewer_for(a.a_grant("bea", "admin", "org-b"), org="org-b", person="bea")
    cursor = filled.ask(text, theirs)["data"]["units"]["pageInfo"]["endCursor"]
    ours = a_viewer(a.a_grant("ann", "admin"))
    answer = filled.ask(text, ours, {"after": cursor})
    assert answer["errors"][0]["extensions"]["code"] == "InvalidCursor"
