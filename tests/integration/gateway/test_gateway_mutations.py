"""Mutations: one mechanism from input to command to payload."""

from __future__ import annotations

from chassis.errors import Unavailable
from chassis.ids import public_id
from chassis.ports import Actor, ActorKind
from contracts.commands import COMMANDS, Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.channels import AddChannel
from contracts.workflow.content import ContentState, DraftAnswer, DraftContent
from contracts.workflow.conversations import ClaimConversation
from contracts.workflow.organizations import OrganizationAnswer
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.bindings import Act
from services.graphql_gateway.schema import registry
from tests.integration.gateway.conftest import World
from tests.support import gateway_data as a

CLAIM = """mutation($id: ID!) { conversationClaim(input: {conversationId: $id}) {
  conversation { id state claimedBy { name } } userErrors { field message code } } }"""


def test_a_mutation_sends_its_command_and_reads_back_what_changed(
    world: World, admin: Viewer
) -> None:
    world.put("people", [a.a_person("ann")])
    world.put("conversations", [a.a_conversation("conv-1", state="claimed", claimed_by_id="ann")])
    world.sender.answer = Done(id="conv-1", rev=2, state="claimed")
    answer = world.ask(CLAIM, admin, {"id": public_id("Conversation", "conv-1")})
    assert answer["data"]["conversationClaim"] == {
        "conversation": {
            "id": public_id("Conversation", "conv-1"),
            "state": "CLAIMED",
            "claimedBy": {"name": "Person ann"},
        },
        "userErrors": [],
    }
    ((command, actor, key, alias),) = world.sender.sent
    assert command == ClaimConversation(conversation_id="conv-1")
    assert (actor, key, alias) == (admin.actor, "key-1", "conversationClaim")


def test_a_refusal_is_a_user_error_and_nothing_is_read(world: World, admin: Viewer) -> None:
    world.sender.answer = Refusal(
        RefusalCode.CLAIMED_BY_ANOTHER, "Bob holds it.", field=("conversation_id",)
    )
    answer = world.ask(CLAIM, admin, {"id": public_id("Conversation", "conv-1")})
    assert answer["data"]["conversationClaim"] == {
        "conversation": None,
        "userErrors": [
            {
                "field": ["input", "conversationId"],
                "message": "Bob holds it.",
                "code": "ClaimedByAnother",
            }
        ],
    }
    assert world.counting.commands == []


def test_an_id_of_another_type_is_a_user_error_and_nothing_is_sent(
    world: World, admin: Viewer
) -> None:
    answer = world.ask(CLAIM, admin, {"id": public_id("Person", "ann")})
    (error,) = answer["data"]["conversationClaim"]["userErrors"]
    assert (error["code"], error["field"]) == ("InvalidArgument", ["input", "conversationId"])
    assert world.sender.sent == []


def test_an_owner_out_of_reach_is_an_error_and_not_a_refusal(world: World, admin: Viewer) -> None:
    world.sender.answer = Unavailable("workflow is away")
    answer = world.ask(CLAIM, admin, {"id": public_id("Conversation", "conv-1")})
    assert answer["data"] == {"conversationClaim": None}
    assert answer["errors"][0]["extensions"]["code"] == "Unavailable"
    assert "workflow" not in answer["errors"][0]["message"]
    assert world.reported == []


def test_a_bug_is_masked_and_reported(world: World, admin: Viewer) -> None:
    world.sender.answer = RuntimeError("secret detail")
    answer = world.ask(CLAIM, admin, {"id": public_id("Conversation", "conv-1")})
    assert answer["errors"][0]["extensions"]["code"] == "Internal"
    assert "secret detail" not in repr(answer)
    assert [str(each) for each in world.reported] == ["secret detail"]


def test_several_root_fields_run_in_order_under_their_aliases(world: World, admin: Viewer) -> None:
    world.sender.answer = Done(id="conv-1")
    ident = public_id("Conversation", "conv-1")
    text = f"""mutation {{ b: conversationClaim(input: {{conversationId: "{ident}"}}) {{ userErrors {{ code }} }}
        a: conversationRelease(input: {{conversationId: "{ident}"}}) {{ __typename }} }}"""
    answer = world.ask(text, admin)
    assert answer["data"]["a"]["__typename"] == "ConversationReleasePayload"
    assert [(type(c).__name__, alias) for c, _, _, alias in world.sender.sent] == [
        ("ClaimConversation", "b"),
        ("ReleaseConversation", "a"),
    ]


def test_nested_inputs_become_the_commands_own_structs(world: World, admin: Viewer) -> None:
    world.sender.answer = DraftAnswer(content_id="c-1", rev=1, state=ContentState.DRAFT)
    text = """mutation($input: ContentDraftInput!) { contentDraft(input: $input) { contentItem { id } userErrors { code } } }"""
    channel = public_id("Channel", "chan-1")
    given = {
        "unitId": public_id("Unit", "unit-1"),
        "variants": [
            {
                "channelId": channel,
                "text": "Hello",
                "media": [{"hash": "abc", "contentType": "image/png"}],
            }
        ],
        "topicRisk": "R1",
        "schedule": {"wallTime": "2026-03-01T09:30", "timeZone": "Europe/Paris"},
        "machineWritten": None,
    }
    assert world.ask(text, admin, {"input": given})["data"]["contentDraft"]["userErrors"] == []
    (command, *_rest) = world.sender.sent[0]
    assert isinstance(command, DraftContent)
    assert command.variants[0].channel_id == "chan-1"
    assert command.schedule is not None
    assert command.schedule.time_zone == "Europe/Paris"
    assert (command.topic_risk, command.machine_written) == ("R1", False)
    text = """mutation($input: ChannelAddInput!) { channelAdd(input: $input) { userErrors { code } } }"""
    world.sender.answer = Done(id="chan-9")
    person = public_id("Person", "ann")
    feed: dict[str, object] = {
        "platform": "FEED",
        "name": "News",
        "unitId": public_id("Unit", "unit-1"),
        "stewardId": person,
        "deputyIds": [person],
    }
    world.ask(text, admin, {"input": feed})
    added = world.sender.sent[-1][0]
    assert isinstance(added, AddChannel)
    assert added.deputy_ids == ("ann",)


def test_an_operator_sees_the_organization_they_created_and_nothing_else_in_it(
    world: World,
) -> None:
    operator = Viewer(Actor(kind=ActorKind.OPERATOR, account_id="op"), now=a.START)
    world.put("organizations", [a.an_organization("org-new")])
    world.put("people", [a.a_person("ann", "org-new")])
    world.sender.answer = OrganizationAnswer(
        organization_id="org-new", person_id="ann", account_id="x"
    )
    text = """mutation { organizationCreate(input: {slug: "new", name: "New", adminEmail: "a@b.c", adminName: "A"})
        { organization { slug name } userErrors { code } } }"""
    answer = world.ask(text, operator)
    assert answer["data"]["organizationCreate"]["organization"] == {
        "slug": "org-new",
        "name": "Name of org-new",
    }
    answer = world.ask(
        "{ organization { name } conversations { nodes { id } } viewer { kind } }", operator
    )
    assert answer["data"]["organization"] is None
    assert answer["data"]["conversations"] is None
    assert answer["data"]["viewer"] == {"kind": "OPERATOR"}


INTERNAL = {"AuthorizeChannel"}
"""Commands that the gateway must not offer although a person's token may carry them."""
DOORS = {"AddMedia"}
"""Commands that have a door of their own: bytes go to POST /media."""


def test_every_command_for_people_has_a_mutation() -> None:
    offered = {
        b.command.__name__ for b in registry()["Mutation"].fields.values() if isinstance(b, Act)
    }
    wanted = {name for name, kind in COMMANDS.items() if kind.PERMISSION is not None}
    asked = {name for name, kind in COMMANDS.items() if kind.IS_QUESTION}
    assert wanted - offered - INTERNAL - DOORS - asked == set()
