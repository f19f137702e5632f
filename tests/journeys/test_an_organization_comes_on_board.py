"""An organization comes on board: founded by an operator, furnished by its admin, closed to others."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest

from chassis.ids import parse_public_id, public_id
from tests.support.api import Api
from tests.support.command_line import rostrum
from tests.support.newcomers import School, Visitor
from tests.support.programs import PASSWORD, Program
from tests.support.waiting import eventually
from tests.support.web import Web, rss

PLACES = "organization { id slug name timeZone }"
TREE = "{ units(first: 50) { nodes { id name parent { name } } } }"
INBOX = "{ conversations(first: 50) { nodes { id preview unit { name } channel { name } } } }"
CHANNEL = """query($id: ID!) { channel(id: $id) {
    name state canPublish textLimit health { state detail } steward { name } unit { name } } }"""


@pytest.fixture(scope="module")
def visitor(program: Program) -> Visitor:
    return Visitor(program.platform.auth_url)


@pytest.fixture(scope="module")
def school(program: Program, visitor: Visitor) -> School:
    """Founded through GraphQL by an operator; the first admin has a link from the command line."""
    slug = f"school-{secrets.token_hex(3)}"
    email = f"ada@{slug}.example"
    founding = {"slug": slug, "name": "School", "adminEmail": email, "adminName": "Ada"}
    founding["timeZone"] = "Europe/Vienna"
    founded = program.operator().done("organizationCreate", founding, PLACES)["organization"]
    link = rostrum(program.platform, "org", "invite", slug, email).strip()
    tokens = visitor.accept(link)
    admin = Api(program.platform.graphql_url, tokens["access_token"])
    viewer = admin.ask("{ viewer { person { id } organization { id } } }")["viewer"]
    assert viewer["organization"]["id"] == founded["id"]
    return School(slug, email, admin, tokens, {"Ada": viewer["person"]["id"]})


@pytest.fixture(scope="module")
def tree(school: School) -> dict[str, str]:
    """Science over Physics, and Arts; by name."""

    def added(name: str, **more: str) -> str:
        unit = school.admin.done("unitAdd", {"name": name, **more}, "unit { id timeZone }")["unit"]
        school.ids[name] = unit["id"]
        return str(unit["id"])

    science = added("Science")
    added("Physics", parentId=science)
    added("Arts", timeZone="Europe/Rome")
    return school.ids


def connected(school: School, credentials: dict[str, str], **more: str) -> str:
    """A channel whose connection the platform accepted."""
    given = {"stewardId": school.ids["Ada"], **more}
    channel = school.admin.done("channelAdd", given, "channel { id state }")["channel"]
    assert channel["state"] != "ACTIVE"
    named = [{"name": name, "value": value} for name, value in credentials.items()]
    wish = {"channelId": channel["id"], "credentials": named}
    school.admin.done("channelConnect", wish, "channel { id }")

    def active() -> bool:
        found = school.admin.ask(CHANNEL, id=channel["id"])["channel"]
        return bool(found["state"] == "ACTIVE" and found["health"]["state"] == "OK")

    eventually(active, within_s=20, every_s=0.1)
    return str(channel["id"])


@pytest.fixture(scope="module")
def channels(program: Program, school: School, tree: dict[str, str], web: Web) -> dict[str, str]:
    """An account of the physicists and a feed that concerns the arts."""
    handle = school.slug.replace("-", "_")
    token = program.public.account(handle)
    school.ids["handle"] = handle
    account = connected(
        school,
        {"access_token": token},
        platform="MASTODON",
        name="Physics",
        unitId=tree["Physics"],
        baseUrl=program.platform.platform_url,
    )
    news = web.put(f"/{handle}.rss", rss("Arts", "A new gallery opens", "The choir sings"))
    feed = connected(
        school, {}, platform="FEED", name="Arts news", unitId=tree["Arts"], baseUrl=news
    )
    return {"account": account, "feed": feed}


def previews(api: Api) -> dict[str, str]:
    """The words of each conversation in sight, and the unit that answers for it."""
    nodes = api.ask(INBOX)["conversations"]["nodes"]
    return {node["preview"]: node["unit"]["name"] for node in nodes}


def test_an_operator_founds_an_organization_and_sees_nothing_in_it(
    program: Program, school: School
) -> None:
    operator = program.operator()
    seen = operator.ask("{ viewer { kind permissions person { id } organization { id } } }")
    assert seen["viewer"]["kind"] == "OPERATOR"
    assert seen["viewer"]["person"] is None
    assert "ORGANIZATION_CREATE" in seen["viewer"]["permissions"]
    again = {"slug": school.slug, "name": "X", "adminEmail": school.email, "adminName": "X"}
    assert operator.codes("organizationCreate", again) == ["AlreadyExists"]
    assert school.admin.codes("organizationCreate", {**again, "slug": "mine"}) == ["Forbidden"]
    for text in ("{ organization { name } }", TREE, INBOX):
        answer = operator.raw(text)
        found = next(iter((answer.get("data") or {"": None}).values()))
        assert found is None or found["nodes"] == [], answer


def test_the_command_line_founds_one_and_prints_the_invitation(
    program: Program, visitor: Visitor
) -> None:
    slug = f"club-{secrets.token_hex(3)}"
    email = f"Bea@{slug}.example"
    words = ("--name", "The Club", "--admin-email", email, "--admin-name", "Bea")
    printed = rostrum(program.platform, "org", "create", slug, *words)
    link = re.search(r"http://\S+/auth/accept#token=\S+", printed)
    assert link, printed
    again = rostrum(program.platform, "org", "create", slug, *words, expect=1)
    assert "already" in again
    assert (
        visitor.post("accept", token=link[0].rpartition("=")[2], password="short").json()["code"]
        == "InvalidArgument"
    )
    api = Api(program.platform.graphql_url, visitor.accept(link[0])["access_token"])
    assert api.ask(f"{{ {PLACES} }}")["organization"]["slug"] == slug
    twice = visitor.post("accept", token=link[0].rpartition("=")[2], password=PASSWORD)
    assert (twice.status_code, twice.json()["code"]) == (401, "WrongCredentials")
    signed = visitor.post("sign-in", email=email.lower(), password=PASSWORD)
    assert signed.status_code == 200
    assert rostrum(program.platform, "org", "invite", slug, "nobody@example.org", expect=1)


def test_the_admin_builds_a_tree_and_people_hold_roles_on_its_parts(
    school: School, tree: dict[str, str], channels: dict[str, str], visitor: Visitor
) -> None:
    units = school.admin.ask(TREE)["units"]["nodes"]
    above = {unit["name"]: (unit["parent"] or {}).get("name") for unit in units}
    assert above == {"Science": None, "Physics": "Science", "Arts": None}
    circle = {"unitId": tree["Science"], "parentId": tree["Physics"]}
    assert school.admin.codes("unitChange", circle)

    everywhere = school.invited(visitor, "olga", role="ANALYST")
    on_unit = school.invited(visitor, "uma", role="MANAGER", scope="UNIT", scopeId=tree["Science"])
    on_channel = school.invited(
        visitor, "carl", role="AUTHOR", scope="CHANNEL", scopeId=channels["account"]
    )
    may = "{ viewer { permissions } }"
    held = {
        member.email.partition("@")[0]: member.api.ask(may)["viewer"]["permissions"]
        for member in (everywhere, on_unit, on_channel)
    }
    assert "REPORT_READ" in held["olga"]
    assert "CONTENT_WRITE" not in held["olga"]
    unit = {"name": "Labs", "parentId": tree["Physics"]}
    assert everywhere.api.codes("unitAdd", unit) == ["Forbidden"]
    assert on_unit.api.codes("unitAdd", {"name": "Theatre", "parentId": tree["Arts"]})
    on_unit.api.done("unitAdd", unit, "unit { name }")
    post = [{"channelId": channels["account"], "text": "We measured it."}]
    draft = {"unitId": tree["Physics"], "variants": post}
    assert everywhere.api.codes("contentDraft", draft) == ["Forbidden"]
    on_channel.api.done("contentDraft", draft, "contentItem { state }")
    people = school.admin.ask(
        "{ people(first: 50) { nodes { name grants(first: 5) { nodes { role scope } } } } }"
    )["people"]["nodes"]
    grants = {each["name"]: each["grants"]["nodes"] for each in people}
    assert grants["Carl"] == [{"role": "AUTHOR", "scope": "CHANNEL"}]
    assert grants["Uma"] == [{"role": "MANAGER", "scope": "UNIT"}]


def test_an_account_and_a_feed_are_heard_by_their_units(
    program: Program, school: School, tree: dict[str, str], channels: dict[str, str],
    visitor: Visitor, web: Web
) -> None:  # fmt: skip
    account = school.admin.ask(CHANNEL, id=channels["account"])["channel"]
    assert (account["canPublish"], account["textLimit"]) == (True, 500)
    assert account["unit"]["name"] == "Physics"
    feed = school.admin.ask(CHANNEL, id=channels["feed"])["channel"]
    assert feed["canPublish"] is False
    token = program.public.account("curious")
    program.public.post(token, f"@{school.ids['handle']} how heavy is a neutrino?")

    def everything() -> dict[str, str] | None:
        found = previews(school.admin)
        return found if len(found) >= 3 else None

    heard = eventually(everything, within_s=30, every_s=0.2) or {}
    assert {words[:12]: unit for words, unit in heard.items() if "neutrino" not in words} == {
        "A new galler": "Arts",
        "The choir si": "Arts",
    }
    responder = school.invited(
        visitor, "ria", role="RESPONDER", scope="UNIT", scopeId=tree["Science"]
    )
    seen = previews(responder.api)
    assert list(seen.values()) == ["Physics"]
    arts = next(
        each["id"]
        for each in school.admin.ask(INBOX)["conversations"]["nodes"]
        if each["unit"]["name"] == "Arts"
    )
    assert responder.api.ask("query($i: ID!) { node(id: $i) { id } }", i=arts)["node"] is None
    hidden = responder.api.codes("conversationClaim", {"conversationId": arts})
    assert hidden in (["Forbidden"], ["NotFound"])
    web.put(
        f"/{school.ids['handle']}.rss",
        rss("Arts", "A new gallery opens", "The choir sings", "The play is sold out"),
    )
    eventually(lambda: len(previews(school.admin)) == 4, within_s=20, every_s=0.2)


def test_a_refresh_token_is_used_once(program: Program, school: School, visitor: Visitor) -> None:
    signed = visitor.post("sign-in", email=school.email, password=PASSWORD).json()
    fresh = visitor.post("refresh", refresh_token=signed["refresh_token"])
    assert fresh.status_code == 200
    api = Api(program.platform.graphql_url, fresh.json()["access_token"])
    assert api.ask("{ viewer { kind } }")["viewer"]["kind"] == "PERSON"
    stolen = visitor.post("refresh", refresh_token=signed["refresh_token"])
    assert stolen.status_code == 401
    ended = visitor.post("refresh", refresh_token=fresh.json()["refresh_token"])
    assert ended.status_code == 401
    wrong = visitor.post("sign-in", email=school.email, password="not the password at all")
    unknown = visitor.post("sign-in", email="nobody@example.org", password=PASSWORD)
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())


NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
ONE = {
    "Unit": "query($id: ID!) { unit(id: $id) { name } }",
    "Person": "query($id: ID!) { person(id: $id) { name } }",
    "Channel": "query($id: ID!) { channel(id: $id) { name } }",
    "Conversation": "query($id: ID!) { conversation(id: $id) { preview } }",
    "ContentItem": "query($id: ID!) { contentItem(id: $id) { state } }",
}


@pytest.fixture(scope="module")
def treasures(program: Program, school: School, channels: dict[str, str]) -> dict[str, str]:
    """An id of each kind of the school's."""
    found = eventually(
        lambda: school.admin.ask(INBOX)["conversations"]["nodes"], within_s=20, every_s=0.2
    )
    draft = {
        "unitId": school.ids["Physics"],
        "variants": [{"channelId": channels["account"], "text": "Secret until Friday."}],
    }
    item = school.admin.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    return {
        "Unit": school.ids["Physics"],
        "Person": school.ids["Ada"],
        "Channel": channels["account"],
        "Conversation": found[0]["id"],
        "ContentItem": item,
    }


def of_nobody(real: str) -> str:
    """An id of the same kind that nothing has."""
    kind, ident = parse_public_id(real)
    return public_id(kind, ident[:-4] + "0000")


def attempts(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Mutations that name things of these ids."""
    return {
        "conversationClaim": {"conversationId": ids["Conversation"]},
        "conversationResolve": {"conversationId": ids["Conversation"]},
        "replyDraft": {"conversationId": ids["Conversation"], "text": "hello"},
        "contentSubmit": {"contentId": ids["ContentItem"]},
        "contentAbandon": {"contentId": ids["ContentItem"], "reason": "x"},
        "channelArchive": {"channelId": ids["Channel"], "reason": "x"},
        "channelDisconnect": {"channelId": ids["Channel"]},
        "channelConnect": {"channelId": ids["Channel"], "credentials": []},
        "unitChange": {"unitId": ids["Unit"], "name": "Mine"},
        "unitAdd": {"name": "Mine", "parentId": ids["Unit"]},
        "personDeactivate": {"personId": ids["Person"], "reason": "x"},
        "personInvite": {"personId": ids["Person"]},
        "roleGrant": {"personId": ids["Person"], "role": "ADMIN"},
    }


def without(payload: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """The payload, with every one of the ids in its sentences covered."""
    covered = [shown for ident in ids.values() for shown in (ident, parse_public_id(ident)[1])]
    for error in payload["userErrors"]:
        for shown in covered:
            error["message"] = error["message"].replace(shown, "ID")
    return payload


def test_another_tenants_ids_answer_as_ones_that_do_not_exist(
    program: Program, treasures: dict[str, str]
) -> None:
    stranger = program.tenant("stranger").admin.api
    invented = {kind: of_nobody(real) for kind, real in treasures.items()}
    for kind, text in ONE.items():
        for question in (text, NODE):
            real = stranger.raw(question, {"id": treasures[kind]})
            assert real == stranger.raw(question, {"id": invented[kind]}), kind
            assert next(iter(real["data"].values())) is None
    for (name, given), other in zip(
        attempts(treasures).items(), attempts(invented).values(), strict=True
    ):
        real, none = (stranger.do(name, each, "__typename") for each in (given, other))
        assert without(real, treasures) == without(none, invented), name
        assert real["userErrors"], name
    filters = [f'unitId: "{treasures["Unit"]}"', f'channelId: "{treasures["Channel"]}"']
    for one in filters:
        text = f"{{ conversations(first: 5, filter: {{{one}}}) {{ nodes {{ id }} }} }}"
        assert stranger.ask(text)["conversations"]["nodes"] == []
