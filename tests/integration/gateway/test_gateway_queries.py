"""Queries over a real database: shapes, pages, the number of operations."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.ids import public_id
from services.graphql_gateway.domain.viewer import Viewer
from tests.integration.gateway.conftest import World
from tests.support import gateway_data as a

INBOX = """
query Inbox($first: Int, $after: String, $filter: ConversationFilter, $sort: ConversationSort) {
  conversations(first: $first, after: $after, filter: $filter, sort: $sort) {
    edges { cursor node { id state preview updatedAt
      channel { name health { state } steward { name } }
      unit { name } assignee { name email } claimedBy { name } clock { state dueAt }
      mentions(first: 2) { nodes { text author { handle } attachments { url } } pageInfo { hasNextPage } }
      replies(first: 2) { nodes { state author { name } } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""


def fill(world: World, conversations: int = 5, org: str = "org-a") -> None:
    world.put("organizations", [a.an_organization(org)])
    world.put("units", [a.a_unit("unit-1", org), a.a_unit("unit-2", org, parent_id="unit-1")]
              if org == "org-a" else [a.a_unit(f"unit-{org}", org)])  # fmt: skip
    world.put(
        "people", [a.a_person(f"{p}{'' if org == 'org-a' else org}", org) for p in ("ann", "bob")]
    )
    suffix = "" if org == "org-a" else org
    world.put("channels", [a.a_channel(f"chan-1{suffix}", org)])
    world.put(
        "conversations",
        [
            a.a_conversation(f"conv-{n}{suffix}", org, updated_at=a.at(n), assignee_id="bob")
            for n in range(conversations)
        ],
    )
    world.put(
        "mentions",
        [
            a.a_mention(f"m-{n}-{k}{suffix}", f"conv-{n}{suffix}", org, posted_at=a.at(k))
            for n in range(conversations)
            for k in range(3)
        ],
    )


def nodes(answer: dict[str, Any], name: str = "conversations") -> list[dict[str, Any]]:
    assert "errors" not in answer, answer["errors"]
    found: list[dict[str, Any]] = [edge["node"] for edge in answer["data"][name]["edges"]]
    return found


def test_the_inbox_shows_everything_that_was_asked_for(world: World, admin: Viewer) -> None:
    fill(world)
    answer = world.ask(INBOX, admin, {"first": 2})
    first = nodes(answer)[0]
    assert first["preview"] == "Hello from conv-4"
    assert first["state"] == "OPEN"
    assert first["updatedAt"] == "2026-03-01T09:04:00.000Z"
    assert first["channel"]["steward"] == {"name": "Person ann"}
    assert first["assignee"] == {"name": "Person bob", "email": "bob@example.org"}
    assert first["clock"]["state"] == "RUNNING"
    assert [m["text"] for m in first["mentions"]["nodes"]] == ["Text of m-4-0", "Text of m-4-1"]
    assert first["mentions"]["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize("conversations", [3, 40])
def test_the_number_of_operations_does_not_depend_on_the_number_of_rows(
    world: World, admin: Viewer, conversations: int
) -> None:
    fill(world, conversations)
    answer = world.ask(INBOX, admin, {"first": 50})
    assert len(nodes(answer)) == conversations
    # conversations; channels, units, people, mentions, replies; stewards
    assert sorted(world.counting.commands) == [
        "aggregate content_items",
        "aggregate mentions",
        "find channels",
        "find conversations",
        "find people",
        "find people",
        "find units",
    ]


def test_pages_forward_and_backward_meet_every_row_once(world: World, admin: Viewer) -> None:
    fill(world, 7)
    seen: list[str] = []
    after = None
    while True:
        answer = world.ask(INBOX, admin, {"first": 3, "after": after})
        seen += [node["preview"] for node in nodes(answer)]
        page = answer["data"]["conversations"]["pageInfo"]
        if not page["hasNextPage"]:
            break
        after = page["endCursor"]
    assert seen == [f"Hello from conv-{n}" for n in range(6, -1, -1)]

    back = """query($before: String) { conversations(last: 3, before: $before) {
      nodes { preview } pageInfo { hasPreviousPage hasNextPage startCursor } } }"""
    page = world.ask(back, admin, {"before": after})["data"]["conversations"]
    assert [n["preview"] for n in page["nodes"]] == [f"Hello from conv-{n}" for n in (4, 3, 2)]
    assert (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) == (True, True)
    before = page["pageInfo"]["startCursor"]
    page = world.ask(back, admin, {"before": before})["data"]["conversations"]
    assert [n["preview"] for n in page["nodes"]] == [f"Hello from conv-{n}" for n in (6, 5)]
    assert page["pageInfo"]["hasPreviousPage"] is False


def test_rows_without_a_value_have_a_stated_place(world: World, admin: Viewer) -> None:
    world.put(
        "content_items",
        [
            a.a_content_item("c-1", due_at=a.at(5)),
            a.a_content_item("c-2"),
            a.a_content_item("c-3", due_at=a.at(1)),
            a.a_content_item("c-4"),
        ],
    )
    text = """query($after: String, $d: SortDirection!) {
      contentItems(first: 1, after: $after, sort: {field: DUE_AT, direction: $d}) {
        nodes { id } pageInfo { hasNextPage endCursor } } }"""
    for direction, wanted in (
        ("ASC", ["c-2", "c-4", "c-3", "c-1"]),
        ("DESC", ["c-1", "c-3", "c-4", "c-2"]),
    ):
        seen: list[str] = []
        after: str | None = None
        for _ in wanted:
            page = world.ask(text, admin, {"after": after, "d": direction})["data"]["contentItems"]
            seen += [node["id"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        assert seen == [public_id("ContentItem", each) for each in wanted]


@pytest.mark.parametrize(
    ("variables", "field"),
    [({"first": 0}, "first"), ({"first": 101}, "first")],
)
def test_a_page_outside_its_bounds_is_refused(
    world: World, admin: Viewer, variables: dict[str, Any], field: str
) -> None:
    answer = world.ask(INBOX, admin, variables)
    assert answer["data"] == {"conversations": None}
    assert answer["errors"][0]["extensions"] == {"code": "InvalidArgument", "field": [field]}


def test_a_cursor_of_another_filter_is_refused(world: World, admin: Viewer) -> None:
    fill(world)
    cursor = world.ask(INBOX, admin, {"first": 1})["data"]["conversations"]["pageInfo"]["endCursor"]
    answer = world.ask(INBOX, admin, {"first": 1, "after": cursor, "filter": {"states": ["OPEN"]}})
    assert answer["errors"][0]["extensions"]["code"] == "InvalidCursor"
    answer = world.ask(INBOX, admin, {"first": 1, "after": "nonsense"})
    assert answer["errors"][0]["extensions"]["code"] == "InvalidCursor"


def test_filters_find_and_merged_conversations_hide(world: World, admin: Viewer) -> None:
    fill(world)
    world.put(
        "conversations",
        [
            a.a_conversation("spam", state="spam", preview="Buy 50% (now)"),
            a.a_conversation("gone", state="merged", merged_into_id="conv-1"),
        ],
    )

    def found(**filters: Any) -> int:
        return len(nodes(world.ask(INBOX, admin, {"first": 50, "filter": filters})))

    assert found() == 6
    assert found(states=["SPAM"]) == 1
    assert found(states=["MERGED"]) == 1
    assert found(query="50% (NOW") == 1
    assert found(unitId=public_id("Unit", "unit-1")) == 6
    assert found(unitId=public_id("Unit", "unit-2")) == 0
    assert found(unitId=public_id("Channel", "unit-1")) == 0
    assert found(assigneeId=public_id("Person", "bob")) == 5


def test_aliases_with_different_arguments_do_not_mix(world: World, admin: Viewer) -> None:
    fill(world)
    text = """{ a: conversations(first: 1) { nodes { x: preview y: preview __typename
          one: mentions(first: 1) { nodes { text } } two: mentions(first: 2) { edges { node { text } } } } }
        b: conversations(last: 1) { nodes { preview ...F } } __typename }
        fragment F on Conversation { channel { name ... on Channel { handle } } }"""
    data = world.ask(text, admin)["data"]
    assert data["__typename"] == "Query"
    assert data["a"]["nodes"][0]["x"] == data["a"]["nodes"][0]["y"] == "Hello from conv-4"
    assert len(data["a"]["nodes"][0]["one"]["nodes"]) == 1
    assert len(data["a"]["nodes"][0]["two"]["edges"]) == 2
    assert data["b"]["nodes"][0]["channel"] == {"name": "Channel chan-1", "handle": "@chan-1"}


def test_node_and_nodes_find_any_type_and_keep_the_order(world: World, admin: Viewer) -> None:
    fill(world)
    ids = [
        public_id("Mention", "m-1-1"),
        public_id("Person", "ann"),
        "nonsense",
        public_id("Person", "nobody"),
        public_id("Query", "x"),
        public_id("Person", "bob"),
    ]
    text = """query($ids: [ID!]!, $id: ID!) {
      node(id: $id) { id __typename ... on Conversation { preview } }
      nodes(ids: $ids) { __typename id ... on Person { name } ... on Mention { text conversation { preview } } } }"""
    data = world.ask(text, admin, {"ids": ids, "id": public_id("Conversation", "conv-1")})["data"]
    assert data["node"]["preview"] == "Hello from conv-1"
    assert [each and each["__typename"] for each in data["nodes"]] == [
        "Mention", "Person", None, None, None, "Person"]  # fmt: skip
    assert data["nodes"][0]["conversation"]["preview"] == "Hello from conv-1"
    assert data["nodes"][5]["name"] == "Person bob"


def test_the_viewer_is_told_who_they_are(world: World, admin: Viewer) -> None:
    fill(world)
    text = "{ viewer { kind person { name } organization { slug } permissions } organization { name } }"
    data = world.ask(text, admin)["data"]
    assert data["viewer"]["kind"] == "PERSON"
    assert data["viewer"]["person"]["name"] == "Person ann"
    assert "CONVERSATION_READ" in data["viewer"]["permissions"]
    assert data["organization"]["name"] == "Name of org-a"
